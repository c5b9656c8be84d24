/** @file A run is offered what it can do, and every offer is one that the lab takes, in a form that it has. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportRequest, formsOf } from '../../preload/contract/exports';
import { requestsOf } from './run-exports';

const whats = (abilities: Parameters<typeof requestsOf>[0]['abilities'], tests: number | undefined) => requestsOf({ name: 'r', abilities }, tests).map(({ what }) => what);

it('by its abilities', () => {
  expect(whats(['encode', 'decode', 'elbo'], 100)).toEqual(['samples', 'walk', 'reconstructions', 'latentMap', 'latents', 'curves', 'settings', 'graphs', 'network', 'report']);
  expect(whats(['denoise'], 100)).toEqual(['samples', 'denoising', 'curves', 'settings', 'graphs', 'network', 'report']);
});

it('by its dataset: no walk between less than two images, nothing of images that are gone', () => {
  expect(whats(['encode', 'decode'], 1)).not.toContain('walk');
  expect(whats(['encode', 'decode'], 0)).toEqual(['samples', 'latentMap', 'latents', 'curves', 'settings', 'graphs', 'network', 'report']);
  expect(whats(['encode', 'decode'], undefined)).toEqual(['samples', 'curves', 'settings', 'graphs', 'network']);
});

it('a run without graphs still has its curves', () => {
  expect(whats([], 5)).toEqual(['curves', 'settings', 'report']);
});

it('in words of both languages, and in forms that each has', () => {
  for (const language of ['en', 'fr']) {
    const words = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'resources', 'locales', language, 'export.json'), 'utf8')) as Record<string, Record<string, string>>;
    for (const { shape } of exportRequest.options) {
      const [what] = shape.what.values;
      expect([what, words['what']?.[what], words['name']?.[what]]).not.toContain(undefined);
    }
    for (const request of requestsOf({ name: 'r', abilities: ['encode', 'decode', 'denoise'] }, 100)) {
      expect(exportRequest.safeParse(request).success).toBe(true);
      const forms = formsOf(request, ['encode', 'decode', 'denoise']);
      expect(forms.length).toBeGreaterThan(0);
      for (const form of forms) expect(words['formNote']?.[form]).toBeTruthy();
    }
  }
});
