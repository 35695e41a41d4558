/** Long enough for a slow network, short enough that a leaked code is worth little. @see RFC 6749 §4.1.2 */
export const CODE_SECONDS = 60;

/** ID tokens say who signed in; nothing is opened with them. */
export const ID_TOKEN_SECONDS = 60 * 60;
