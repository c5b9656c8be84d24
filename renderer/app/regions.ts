/** @file The parts of the window that the keyboard goes through: rail, each group of panels, inspector, status bar. */

/** In the order of reading. */
function regions(): HTMLElement[] {
  const of = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-region='${name}']`)];
  const shown = [...document.querySelectorAll<HTMLElement>('[data-panel]')].filter((panel) => panel.checkVisibility());
  return [...of('rail'), ...shown, ...of('inspector'), ...of('status')];
}

/** A region that takes the focus itself, or its current or first control. */
function focusOf(region: HTMLElement): HTMLElement | null {
  if (region.tabIndex === -1 && region.hasAttribute('tabindex')) return region;
  return region.querySelector<HTMLElement>('[aria-current], [aria-selected=true]') ?? region.querySelector<HTMLElement>('button, a[href], input, [tabindex="0"]');
}

/** Moves the focus to the next (1) or previous (-1) region. */
export function stepRegion(by: 1 | -1): void {
  const all = regions();
  if (all.length === 0) return;
  const at = all.findIndex((region) => region.contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  const target = focusOf(all[next]!);
  target?.focus();
}
