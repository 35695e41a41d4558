/** Words that the commonest passwords are made of, in lower case; published lists of leaked passwords agree on them. */
export const COMMON_WORDS: readonly string[] = `
  password passwort passw0rd p@ssword p@ssw0rd kennwort geheim secret letmein welcome willkommen
  admin administrator root superuser user guest login access default changeme change master
  qwerty qwertz azerty uiop asdf ghjkl zxcv yxcv bnm qazwsx edcrfv 1q2w3e4r 1qaz2wsx zaq1
  iloveyou sunshine princess dragon monkey football baseball superman batman michael shadow
  trustno whatever freedom starwars computer internet summer winter spring autumn sommer
  herbst fruehling hello hallo test demo temp sallyport emergency notfall breakglass`
  .trim()
  .split(/\s+/);
