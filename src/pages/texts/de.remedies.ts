export const startAgain = 'Gehen Sie zurück zu der Anwendung, die Sie öffnen wollten, und beginnen Sie von vorn.';
export const tellAdministrator = 'Bitte wenden Sie sich an Ihre Administration und geben Sie die unten stehende Referenz an.';
export const laterThenAdministrator =
  'Versuchen Sie es in einigen Minuten erneut. Tritt der Fehler wieder auf, geben Sie Ihrer Administration die unten stehende Referenz an.';
