/** @file ONNX Runtime's library for CUDA, too large for the npm registry: fetched by the script that comes with onnxruntime-node. */

import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';

/** script/install-metadata.js: what there is to be had for a system, by name, and where it is fetched. */
const offers = z.object({
  requirements: z.record(z.string(), z.array(z.string())),
  manifests: z.record(z.string(), z.record(z.string(), z.object({ package: z.string() }))),
  packages: z.record(z.string(), z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })) })),
  feeds: z.record(z.string(), z.object({ index: z.string() })),
});

export interface CudaLibrary {
  folder: string;
  files: { name: string; bytes: number }[];
}

export interface CudaMachine {
  /** onnxruntime-node's folder. */
  folder?: string;
  /** 'linux/x64', say. */
  platform?: string;
  env?: NodeJS.ProcessEnv;
}

const lookMs = 500;
const megabyte = 2 ** 20;

const installedFolder = (): string => dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));

/**
 * Fetches and unpacks the library into onnxruntime-node's own folder, over what is there.
 * Progress phases: 'fetch-library' (megabytes so far, the total not known), 'unpack-library' (files).
 * @throws LabError 'cuda-not-offered', 'cuda-not-fetched', 'cancelled'
 */
export async function fetchCudaLibrary(work: Work, { folder = installedFolder(), platform = `${process.platform}/${process.arch}`, env = process.env }: CudaMachine = {}): Promise<CudaLibrary> {
  const { requirements, manifests, packages, feeds } = offers.parse(createRequire(join(folder, 'package.json'))(join(folder, 'script', 'install-metadata.js')));
  const has = (name: string) => /^cuda\d+$/.test(name);
  const offered = Object.entries(requirements).flatMap(([system, names]) => (names.some(has) ? [system] : []));
  const name = requirements[platform]?.find(has);
  if (!name) throw new LabError('cuda-not-offered', { platform, offered: offered.join(', ') });
  const manifest = manifests[`${platform}:${name}`];
  const sources = [...new Set(Object.values(manifest).flatMap(({ package: key }) => packages[key].versions.map(({ feed, version }) => `${packages[key].name} ${version}, ${feeds[feed].index}`)))];
  const files = Object.keys(manifest).map((file) => basename(file));
  const failed = (detail: string) => new LabError('cuda-not-fetched', { source: sources.join('; '), detail });

  const startMs = Date.now();
  const bin = join(folder, 'bin', 'napi-v6', platform);
  const look = () => work.progress({ phase: 'fetch-library', done: Math.round(packageBytes(startMs) / megabyte), total: 0 });
  look();
  const watch = setInterval(look, lookMs);
  let unpacked = 0;
  const end = await runScript(join(folder, 'script', 'install.js'), { ...env, ONNXRUNTIME_NODE_INSTALL: name }, work.signal, (line) => {
    if (!line.startsWith('Extracting ')) return;
    clearInterval(watch);
    unpacked += 1;
    work.progress({ phase: 'unpack-library', done: unpacked, total: files.length });
  }).finally(() => clearInterval(watch));
  if (work.signal.aborted) throw new LabError('cancelled', { what: 'cuda' });
  if (end.code !== 0) throw failed(reasonIn(end.stderr) || `${end.code}`);
  // The script ends well where it finds nothing to do.
  const found = files.map((file) => ({ name: file, bytes: statSync(join(bin, file), { throwIfNoEntry: false })?.size ?? 0 }));
  const missing = found.filter(({ bytes }) => bytes === 0).map(({ name: file }) => file);
  if (missing.length > 0) throw failed(missing.join(', '));
  return { folder: bin, files: found };
}

/** Bytes of the package so far: the script loads it into a folder of its own among the passing ones. */
function packageBytes(sinceMs: number): number {
  const own = readdirSync(tmpdir()).filter((entry) => Number(/^onnxruntime-node-pkgs_(\d+)$/.exec(entry)?.[1] ?? 0) >= sinceMs);
  const sizes = own.flatMap((entry) => {
    try {
      return readdirSync(join(tmpdir(), entry)).filter((file) => file.endsWith('.nupkg')).map((file) => statSync(join(tmpdir(), entry, file)).size);
    } catch {
      return []; // gone between two looks
    }
  });
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function runScript(path: string, env: NodeJS.ProcessEnv, signal: AbortSignal, onLine: (line: string) => void): Promise<{ code: number | string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let stderr = '';
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach(onLine);
    });
    const done = (code: number | string) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, stderr });
    };
    child.once('error', (error) => done(error.message));
    child.once('close', (code, killed) => done(code ?? killed ?? 'unknown'));
  });
}

/** What Node says of an uncaught error, without the place in the source and the stack. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const thrown = lines.findLast((line) => /^(\w*Error\b|\[?\w*Error\b).*:/.test(line));
  return (thrown ?? lines.findLast((line) => line !== '' && !line.startsWith('Node.js v')) ?? '').slice(0, 300);
}
