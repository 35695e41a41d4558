import { createContext, useContext } from 'react';
import type { Provider } from '../api.ts';

/** What fields may be chosen from, and what the API said of them. */
export interface FormContext {
  provider: Provider;
  /** The refusal of the last save, if there was one. */
  error: unknown;
  /** Names of claims that came in a test sign-in, with an example value. */
  claims: ReadonlyMap<string, string>;
  groups: readonly string[];
  roles: readonly string[];
  /** Groups that the provider sent. */
  seen: readonly { external: string; label: string | null }[];
  presets: readonly { id: string; title: string }[];
  applications: readonly { id: string; name: string }[];
  disabled: boolean;
}

export const FormFacts = createContext<FormContext | undefined>(undefined);

export function useFormFacts(): FormContext {
  const facts = useContext(FormFacts);
  if (!facts) throw new Error('a field outside of a form');
  return facts;
}
