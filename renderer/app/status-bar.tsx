/** @file The status bar: the device in use and why, the pace of a training, memory, running jobs. */

import { Activity, Cpu, LoaderCircle, PanelRight, TriangleAlert } from 'lucide-react';
import { useLink } from '../link/lab';
import { setFrame, toggleInspector, useFrame, useInspectorShown } from '../state/frame';
import { useLibrary } from '../state/library';
import { deviceInUse, useMachine } from '../state/machine';
import { useSettings } from '../state/settings';
import { useWords } from '../state/words';
import { classes } from '../widgets/class-names';
import { Popover } from '../widgets/popover';
import { Tooltip } from '../widgets/tooltip';
import { JobList } from './job-list';
import styles from './status-bar.module.css';
import { openPanel } from './workspace';

export function StatusBar() {
  const t = useWords('window');
  const link = useLink(({ at }) => at);
  const inspector = useInspectorShown();
  return (
    <footer className={styles['bar']} data-region="status">
      <span role="status" className={classes(styles['link'], styles[link])}>
        {t(`link.${link}`)}
      </span>
      <Device />
      <Memory />
      <span className={styles['gap']} />
      <Pace />
      <Jobs />
      <Tooltip text={t('inspector.toggle')} keys="mod+i" side="top">
        <button type="button" className={styles['item']} aria-pressed={inspector} aria-label={t('inspector.toggle')} onClick={toggleInspector}>
          <PanelRight size={13} aria-hidden />
        </button>
      </Tooltip>
    </footer>
  );
}

function Device() {
  const t = useWords('window');
  const { devices, failed } = useMachine();
  const set = useSettings((settings) => settings.set?.device);
  const inUse = devices && deviceInUse(devices, set);
  const name = inUse ? t(`device.${inUse.device.id}`) : failed ? t('status.deviceFailed') : t(devices ? 'status.noDevice' : 'status.looking');
  const reason = failed ? t.error(failed.toJSON()).message : inUse?.instead ? t('status.instead', { wanted: t(`device.${inUse.instead.id}`), reason: inUse.instead.reason }) : inUse?.device.reason;
  const warns = failed !== undefined || inUse?.instead !== undefined || (devices !== undefined && !inUse);
  return (
    <Tooltip text={reason ?? name} side="top">
      <button type="button" className={styles['item']} onClick={() => openPanel('settings', {})}>
        {warns ? <TriangleAlert size={13} aria-hidden className={styles['warn']} /> : <Cpu size={13} aria-hidden />}
        {name}
      </button>
    </Tooltip>
  );
}

function Memory() {
  const t = useWords('window');
  const state = useMachine((machine) => machine.state);
  if (!state) return null;
  return (
    <span className={styles['fact']} title={t('status.memoryHow')}>
      {t('status.memory', { used: t.bytes(state.memoryUsedBytes), total: t.bytes(state.memoryTotalBytes) })}
    </span>
  );
}

/** Of the training that was started last. */
function Pace() {
  const t = useWords('window');
  const training = useLibrary(({ jobs }) => jobs.find(({ kind, endedAt }) => kind === 'train' && endedAt === undefined));
  const perSecond = training?.progress?.['stepsPerSecond'];
  if (!training || typeof perSecond !== 'number' || !(perSecond > 0)) return null;
  return (
    <span className={styles['fact']}>
      <Activity size={13} aria-hidden /> {training.subject}: {t('status.pace', { rate: t.number(perSecond) })}
    </span>
  );
}

function Jobs() {
  const t = useWords('window');
  const open = useFrame((frame) => frame.jobs);
  const running = useLibrary(({ jobs }) => jobs.filter(({ endedAt }) => endedAt === undefined).length);
  return (
    <Popover
      label={t('jobs.title')}
      side="top"
      align="end"
      open={open}
      onOpenChange={(jobs) => setFrame({ jobs })}
      trigger={
        <button type="button" className={styles['item']}>
          {running > 0 && <LoaderCircle size={13} aria-hidden className={styles['turning']} />}
          {running > 0 ? t('jobsRunning', { count: running }) : t('jobs.noneRunning')}
        </button>
      }
    >
      <JobList onLeave={() => setFrame({ jobs: false })} />
    </Popover>
  );
}
