/** @file The user's settings as they are in force: what was set, else what the system prefers. */

import { create } from 'zustand';
import type { Settings } from '../../preload/contract/settings';
import { lab } from '../link/lab';
import { preferredLanguage, type Language } from './languages';

interface InForce {
  /** As set; undefined until the lab has told them. */
  set: Settings | undefined;
  language: Language;
  theme: 'dark' | 'light';
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const inForce = (set: Settings | undefined): InForce => ({
  set,
  language: set?.language ?? preferredLanguage(navigator.languages),
  theme: set?.theme ?? (dark.matches ? 'dark' : 'light'),
});

export const useSettings = create<InForce>(() => inForce(undefined));

/** Starts listening; called once, when the page starts. */
export function watchSettings(): void {
  const apply = (set: Settings | undefined): void => {
    const now = inForce(set);
    document.documentElement.lang = now.language;
    document.documentElement.dataset['theme'] = now.theme;
    useSettings.setState(now);
  };
  apply(undefined);
  lab.app.settings({}, apply);
  dark.addEventListener('change', () => apply(useSettings.getState().set));
}

/** Sets fields; null takes one back. In force at once; the lab keeps it and tells other pages. */
export async function changeSettings(patch: { [Field in keyof Settings]: Settings[Field] | null }): Promise<void> {
  await lab.app.changeSettings({ patch });
}
