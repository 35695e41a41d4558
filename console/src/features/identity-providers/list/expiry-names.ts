/** What ends, in the words of who has to renew it. */
export const expiryNames: Readonly<Record<string, string>> = {
  'verification-certificate': 'Signing certificate of the provider',
  'own-key': 'Our certificate',
  'client-secret': 'Client secret',
  metadata: 'Metadata of the provider',
};
