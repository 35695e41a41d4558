/** What to do, where several refusals say the same. */
export const startAgain = 'Go back to the application that you wanted to open and start again.';
export const tellAdministrator = 'Please ask your administrator, and give them the reference below.';
export const laterThenAdministrator =
  'Try again in a few minutes. If it keeps happening, give the reference below to your administrator.';
