#!/usr/bin/env node
/** @file Starts the terminal. Node older than 24 lacks node:sqlite: the Node 24 that comes with the install then takes over. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'out', 'main', 'cli.js');

if (!existsSync(cli)) {
  console.error('genoise: not built yet. Run: npm run build');
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(cli);
} else {
  const node24 = bundledNode();
  if (!node24) {
    console.error(`genoise: needs Node 24 or newer, found ${process.version}. Run npm ci in ${root}, or install Node 24.`);
    process.exit(1);
  }
  const child = spawn(node24, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function bundledNode() {
  try {
    const home = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const path = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
