/** @file Files and folders dropped on a page as the system drops them. */

import type { Page } from 'playwright';

/** @param paths absolute, on the browser's machine */
export async function dropOn(page: Page, paths: readonly string[], at: { x: number; y: number } = { x: 640, y: 400 }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}
