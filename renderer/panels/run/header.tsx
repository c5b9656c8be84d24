/** @file A training's state in one row, its orders, and how far it is. */

import { CircleAlert, CircleCheck, CirclePause, CircleStop, Compass, Cpu, Download, GitFork, LoaderCircle, Pause, Play, Scale, Square, Wind } from 'lucide-react';
import type { Ability, KnownRun } from '../../../preload/contract/domains/runs';
import type { JobInfo } from '../../../preload/contract/jobs';
import { openExport } from '../../state/exporting';
import { deviceName } from '../../state/fact-words';
import { useWords, type Words } from '../../state/words';
import { Button } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { Figure } from '../../widgets/figure';
import { Menu } from '../../widgets/menu';
import { Named } from '../../widgets/named';
import { Progress } from '../../widgets/progress';
import styles from './header.module.css';
import { isActive, progressNumber } from './use-run';

export interface Orders {
  pause(): void;
  resume(): void;
  stop(): void;
  cancel(): void;
  goOn(more: { minutes?: number; steps?: number; endless?: boolean }): void;
  fork(): void;
  evaluate(): void;
  open(panel: string): void;
}

export interface HeaderProps {
  info: KnownRun;
  job: JobInfo | undefined;
  evaluating: boolean;
  orders: Orders;
  /** An order was given and has not been carried out yet. */
  ordered: boolean;
}

/** Phases whose counts say something. */
const counted = new Set(['train', 'pack']);

const icons = { created: CircleStop, running: LoaderCircle, paused: CirclePause, completed: CircleCheck, stopped: CircleStop, cancelled: CircleStop, failed: CircleAlert };

/** What is done with a trained model: panels by what its graphs can do. */
const places: { panel: string; needs: Ability[]; icon: typeof Compass }[] = [
  { panel: 'latent', needs: ['encode', 'decode'], icon: Compass },
  { panel: 'diffusion', needs: ['denoise'], icon: Wind },
];

export function Header({ info, job, evaluating, orders, ordered }: HeaderProps) {
  const t = useWords('run');
  const w = useWords('window');
  const active = isActive(job);
  const paused = active && job.progress?.phase === 'paused';
  const status = active ? (paused ? 'paused' : 'running') : info.status;
  const Icon = icons[status];
  const steps = Math.max(info.steps, progressNumber(job, 'done') ?? 0);
  const seconds = progressNumber(job, 'seconds') ?? info.seconds;
  const memory = progressNumber(job, 'memoryBytes');
  const fallback = fallbackOf(job);
  const device = info.device === 'auto' ? undefined : info.device;
  const trainedElsewhere = info.status === 'running' && !active;
  return (
    <header className={styles['header']}>
      <div className={styles['row']}>
        <span className={classes(styles['status'], styles[status])}>
          <Icon size={15} aria-hidden className={status === 'running' ? styles['turning'] : undefined} />
          {w(`runStatus.${status}`)}
        </span>
        <h2 className={styles['name']} title={info.name}>
          {info.name}
        </h2>
        <span className={styles['quiet']}>
          {info.method} · {info.dataset.name}
          {info.parent && ` · ${t('from', { run: info.parent.run, step: t.number(info.parent.step, { maximumFractionDigits: 0 }) })}`}
        </span>
        <div className={styles['orders']}>
          {active && !paused && (
            <Button icon={Pause} onClick={orders.pause} disabled={ordered}>
              {t('pause')}
            </Button>
          )}
          {paused && (
            <Button variant="primary" icon={Play} onClick={orders.resume} disabled={ordered}>
              {t('resume')}
            </Button>
          )}
          {active && (
            <Button icon={Square} onClick={orders.stop} disabled={ordered}>
              {t('stop')}
            </Button>
          )}
          {!active && !trainedElsewhere && info.status !== 'failed' && <GoOn primary={info.status === 'created'} orders={orders} />}
          {!active && places.filter(({ needs }) => needs.every((ability) => info.abilities.includes(ability))).map(({ panel, icon }) => (
            <Button key={panel} variant={info.status === 'created' || info.status === 'failed' ? 'plain' : 'primary'} icon={icon} onClick={() => orders.open(panel)}>
              {t(`open.${panel}`)}
            </Button>
          ))}
          <Menu
            align="end"
            items={[
              { id: 'fork', label: t('fork.action'), icon: GitFork, run: orders.fork, disabled: steps === 0 },
              { id: 'evaluate', label: t('evaluate'), icon: Scale, run: orders.evaluate, disabled: evaluating || info.abilities.length === 0 },
              { id: 'export', label: t('export'), icon: Download, run: () => openExport(info.name), disabled: info.abilities.length === 0 },
            ]}
          >
            <Button aria-label={t('more')}>{t('more')}</Button>
          </Menu>
        </div>
      </div>
      {active && job.progress && !paused && (
        <Progress
          label={phaseWords(job, ordered, t, w)}
          report={counted.has(job.progress.phase) ? job.progress : { phase: job.progress.phase, done: 0, total: 0 }}
          unit={job.progress.phase === 'train' ? t('steps') : undefined}
          cancelling={job.state === 'cancelling'}
        />
      )}
      <div className={styles['facts']}>
        <Figure label={t('fact.steps')} value={steps} options={{ maximumFractionDigits: 0 }} />
        <Named name={t('fact.time')}>{t.seconds(seconds)}</Named>
        {active && memory !== undefined && <Named name={t('fact.memory')}>{t.bytes(memory)}</Named>}
        {info.parameters !== undefined && <Figure label={t('fact.parameters')} value={info.parameters} options={{ notation: 'compact', maximumSignificantDigits: 3 }} />}
        {device !== undefined && (
          <Named name={t('fact.device')}>
            <Cpu size={13} aria-hidden className={fallback ? styles['warn'] : undefined} />
            <span title={fallback && t('instead', { device: deviceName(w, fallback.from), reason: fallback.reason })}>{deviceName(w, device)}</span>
          </Named>
        )}
      </div>
      {fallback && <p className={styles['quiet']}>{t('instead', { device: deviceName(w, fallback.from), reason: fallback.reason })}</p>}
      {trainedElsewhere && <p className={styles['quiet']}>{t('elsewhere')}</p>}
    </header>
  );
}

function GoOn({ primary, orders }: { primary: boolean; orders: Orders }) {
  const t = useWords('run');
  return (
    <Menu
      items={[
        { id: 'minutes', label: t('goOn.minutes', { minutes: 5 }), run: () => orders.goOn({ minutes: 5 }) },
        { id: 'hour', label: t('goOn.hour'), run: () => orders.goOn({ minutes: 60 }) },
        { id: 'steps', label: t('goOn.steps', { steps: t.number(1000) }), run: () => orders.goOn({ steps: 1000 }) },
        { id: 'endless', label: t('goOn.endless'), run: () => orders.goOn({ endless: true }), ruled: true },
      ]}
    >
      <Button variant={primary ? 'primary' : 'plain'} icon={Play}>
        {t('goOn.action')}
      </Button>
    </Menu>
  );
}

function phaseWords(job: JobInfo, ordered: boolean, t: Words, w: Words): string {
  const phase = job.progress?.phase ?? '';
  if (phase === 'hangs' || phase === 'not-responding') return t('hangs', { time: t.seconds(job.progress?.done ?? 0) });
  if (ordered) return t('ordered');
  return w.has(`phase.${phase}`) ? w(`phase.${phase}`) : phase;
}

/** Set when the training runs on another device than the one asked for. */
function fallbackOf(job: JobInfo | undefined): { from: string; reason: string } | undefined {
  const fallback = job?.progress?.['fallback'] ?? job?.result?.['fallback'];
  if (typeof fallback !== 'object' || fallback === null || Array.isArray(fallback)) return undefined;
  const { from, reason } = fallback;
  return typeof from === 'string' && typeof reason === 'string' ? { from, reason } : undefined;
}
