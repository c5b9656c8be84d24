/** @file What was gathered for a preview, kept a while: the export that follows begins with it. */

import type { ExportMaking } from '../../../preload/contract/exports';
import { isFilm } from '../../../preload/contract/exports';
import type { Lab } from '../lab';
import { runOf } from '../runs';
import type { Material } from './material';

const mostBytes = 128e6;
const mostKept = 4;

export interface Kept {
  key(lab: Lab, making: ExportMaking): Promise<string>;
  get(key: string): Material | undefined;
  put(key: string, material: Material): void;
}

/** Least lately used go first. */
export function openKept(): Kept {
  const kept = new Map<string, { material: Material; bytes: number }>();
  return {
    /** The same as long as the request, what of the form changes the gathering, the words and the run's weights are the same. */
    async key(lab, { request, form, options, language }) {
      const { steps, seconds, status, dataset } = await runOf(lab, request.run);
      const asked = JSON.stringify(request, (_name, value: unknown) => (ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value));
      const kind = isFilm(form) ? 'film' : form === 'npz' ? 'npz' : 'still';
      return JSON.stringify([asked, kind, options.frames, language, steps, seconds, status, dataset.hash]);
    },
    get(key) {
      const found = kept.get(key);
      if (!found) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.material;
    },
    put(key, material) {
      const bytes = bytesIn(material);
      if (bytes > mostBytes) return;
      kept.set(key, { material, bytes });
      let total = [...kept.values()].reduce((sum, one) => sum + one.bytes, 0);
      for (const [oldest, one] of kept) {
        if (total <= mostBytes && kept.size <= mostKept) break;
        total -= one.bytes;
        kept.delete(oldest);
      }
    },
  };
}

/** Of all arrays in it. */
function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum: number, one) => sum + bytesIn(one), 0);
}
