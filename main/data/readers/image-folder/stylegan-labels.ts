/** @file The dataset.json of StyleGAN's archives: labels by path. Where it stands, sub-folders are mere storage. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../../../preload/contract/errors';

export const labelFileName = 'dataset.json';
const maxBytes = 2 ** 27;

const labelFile = z.object({ labels: z.array(z.tuple([z.string(), z.int()])).nullable() });

/**
 * -> label by path, an empty map for `{"labels": null}`; null where no such file stands.
 * @throws LabError 'labels-malformed'
 */
export async function styleganLabels(base: string): Promise<Map<string, string> | null> {
  const path = join(base, labelFileName);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  if (found.size > maxBytes) throw new LabError('labels-malformed', { path, detail: `${found.size} > ${maxBytes}` });
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new LabError('labels-malformed', { path, detail: (cause as Error).message }, { cause });
  }
  // Any other tool's dataset.json is none of ours.
  if (typeof parsed !== 'object' || parsed === null || !('labels' in parsed)) return null;
  const checked = labelFile.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new LabError('labels-malformed', { path, detail: `${issue.path.join('.')}: ${issue.message}` });
  }
  return new Map((checked.data.labels ?? []).map(([name, label]) => [name.replaceAll('\\', '/'), String(label)]));
}
