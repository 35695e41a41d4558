import { initialOf, showableOrNone } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import type { Texts } from './texts/catalogue.ts';

/** One identity provider to choose. `text` and `image` are its branding; without them its name and initial stand there. */
export interface Provider {
  name: string;
  text?: string | undefined;
  /** `https:` or `data:` raster image; anything else is not shown. */
  image?: string | undefined;
  /** Where its sign-in starts. */
  href: string;
}

export interface ProviderView {
  href: string;
  text: string;
  image: string;
  initial: string;
}

export function providerViews(providers: readonly Provider[], { signIn }: Texts): ProviderView[] {
  return providers.map((provider) => {
    const name = readable(provider.name, LONGEST.name);
    return {
      href: requireTarget(provider.href),
      text: readable(provider.text ?? '', LONGEST.button) || signIn.providerButton(name),
      image: showableOrNone(provider.image),
      initial: initialOf(name),
    };
  });
}
