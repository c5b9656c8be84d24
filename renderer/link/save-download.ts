/** @file Saves a file that the lab made, as the browser saves files. */

import type { Offered } from '../../preload/contract/downloads';

/** The file can be fetched once. A window of the desktop program asks where to save by the system's dialog instead. */
export function saveDownload({ download, name }: Offered): void {
  const link = document.createElement('a');
  link.href = `/download/${download}`;
  link.download = name;
  link.click();
}
