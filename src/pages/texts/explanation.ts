/** What is known of a refusal and may be told to the person; texts do without what is missing. */
export interface RefusalFacts {
  /** Display name of the tenant, or of the product. */
  tenant: string;
  /** The person's e-mail address or user id. */
  email?: string;
  /** Name of the identity provider. */
  provider?: string;
  /** Why the provider itself refused: a key of `reasons`; it goes before the code. */
  reason?: string;
}

type Text = string | ((facts: RefusalFacts) => string);

/** A refusal in a person's words. */
export interface Explanation {
  title: string;
  /** What happened. */
  body: Text;
  /** What to do now. */
  remedy: Text;
}
