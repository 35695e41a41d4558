/** A moment as pages print it: the same for everybody who reads it out, so not in anybody's own time zone. */
export const momentOf = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
