/** @file Calls on exports. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { exports } from '../../../preload/contract/domains/exports';
import type { Desk } from '../desk';
import { openExporting, type Exporting } from '../exporting/start';

/** One a desk: what one page's preview made, another's export takes up. */
const byDesk = new WeakMap<Desk, Exporting>();

export const exportCalls = (desk: Desk): HandlersOf<typeof exports> => {
  const exporting = byDesk.get(desk) ?? openExporting(desk);
  byDesk.set(desk, exporting);
  const { preview, start } = exporting;
  return { preview: (making, work) => preview(making, work), start: (asked) => start(asked) };
};
