/** @file The served lab in a real browser: opened by its address, connected, nothing refused by the policy, ended by Ctrl-C. */

import { expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { openLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

if (!chromiumPath()) skipUnlessCi('served lab', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  test('the address opens the lab, leaves no token behind, and a reload finds it again', async () => {
    const lab = await openLab();
    try {
      const { page, served } = lab;
      expect(page.url()).toBe(served.origin);
      const welcomed = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
      await page.reload();
      expect(String((await welcomed).payload)).toContain('"welcome"');
      expect(await page.evaluate(() => document.cookie)).toBe('');
      expect(lab.complaints).toEqual([]);
      expect(await served.stop()).toBe(0);
    } finally {
      await lab.close();
    }
  });
