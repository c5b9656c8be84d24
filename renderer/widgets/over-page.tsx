/** @file Where hover cards, menus and lists stand in the page: inside its main landmark, or they would be content of no part of it. What opens over a dialog stands beside that instead. */

import { createContext, use, type ReactNode } from 'react';

const Place = createContext<HTMLElement | undefined>(undefined);

/** For the frame: `place` is an element of the main landmark, undefined until it is there. */
export const OverPage = ({ place, children }: { place: HTMLElement | undefined; children: ReactNode }) => <Place value={place}>{children}</Place>;

/** For what is over the page already, a dialog or a card: what opens from there is put beside it. */
export const OverItself = ({ children }: { children: ReactNode }) => <Place value={undefined}>{children}</Place>;

/** For a portal's `container`. */
export const useOverPage = (): HTMLElement | undefined => use(Place);
