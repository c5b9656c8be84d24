/** @file The settings: how it looks, what computes, where all is kept and what it uses. Each holds at once. */

import { Monitor, Moon, RefreshCw, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { AppInfo } from '../../../preload/contract/domains/app';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { Settings } from '../../../preload/contract/settings';
import { lab } from '../../link/lab';
import { languages, type Language } from '../../state/languages';
import { askDevices, deviceInUse, useMachine } from '../../state/machine';
import { changeSettings, useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { NumberField } from '../../widgets/number-field';
import { Section } from '../../widgets/section';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Select } from '../../widgets/select';
import type { PanelProps } from '../panel';
import { DiskUse } from './disk-use';
import type { settingsSpec, settingsState } from './spec';
import styles from './view.module.css';

export function View({ context }: PanelProps<z.output<typeof settingsSpec>, z.output<typeof settingsState>>) {
  const t = useWords('settings');
  const set = useSettings((settings) => settings.set) ?? {};
  const language = useSettings((settings) => settings.language);
  const [info, setInfo] = useState<AppInfo | undefined>(undefined);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  useEffect(() => {
    lab.app.info({}).then(setInfo, (caught: unknown) => setError(errorToJson(caught)));
  }, []);
  const change = (patch: { [Field in keyof Settings]: Settings[Field] | null }): void => {
    setError(undefined);
    changeSettings(patch).catch((caught: unknown) => setError(errorToJson(caught)));
  };
  return (
    <div className={styles['page']}>
      {error && <Failed inline error={error} />}
      <Section title={t('look.title')}>
        <SegmentedControl
          label={t('look.theme')}
          options={[
            { value: 'system', label: t('look.system'), icon: Monitor },
            { value: 'light', label: t('look.light'), icon: Sun },
            { value: 'dark', label: t('look.dark'), icon: Moon },
          ]}
          value={set.theme ?? 'system'}
          onChange={(theme) => change({ theme: theme === 'system' ? null : theme })}
        />
        <Select
          label={t('look.language')}
          options={languages.map((one) => ({ value: one, label: t(`look.languages.${one}`) }))}
          value={language}
          onChange={(one: Language) => change({ language: one })}
          className={styles['field']}
        />
      </Section>
      <Section title={t('compute.title')}>
        <Devices set={set.device} onChange={(device) => change({ device: device ?? null })} />
        <NumberSetting label={t('compute.threads')} help={t('compute.threadsHelp', { count: info?.cpus ?? 0 })} value={set.threads} min={1} max={256} placeholder={t('automatic')} onSet={(threads) => change({ threads: threads ?? null })} />
        <NumberSetting
          label={t('compute.memory')}
          help={t('compute.memoryHelp')}
          value={set.memoryLimitMb}
          min={256}
          step={256}
          placeholder={t('automatic')}
          onSet={(memoryLimitMb) => change({ memoryLimitMb: memoryLimitMb ?? null })}
        />
      </Section>
      <Section title={t('storage.title')}>
        <div>
          <div className={styles['quiet']}>{t('storage.home')}</div>
          <code className={styles['path']}>{info?.home}</code>
          <div className={styles['quiet']}>{t('storage.homeHelp')}</div>
        </div>
        <SegmentedControl
          label={t('storage.keep')}
          options={[
            { value: 'copy', label: t('storage.copy') },
            { value: 'link', label: t('storage.link') },
          ]}
          value={set.keepOriginals ?? 'copy'}
          onChange={(keepOriginals) => change({ keepOriginals })}
        />
        <DiskUse />
      </Section>
      <Section title={t('about.title')}>
        <p>{t('about.version', { version: info?.version ?? '' })}</p>
        <div>
          <Button onClick={() => context.open('log', {})}>{t('about.log')}</Button>
        </div>
      </Section>
    </div>
  );
}

/** A number that may be left to the program; kept when one leaves the field. */
function NumberSetting({ value, onSet, ...rest }: { label: string; help: string; value: number | undefined; min: number; max?: number; step?: number; placeholder: string; onSet(value: number | undefined): void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return <NumberField {...rest} value={typed} onChange={setTyped} onCommit={onSet} format={{ maximumFractionDigits: 0, useGrouping: false }} className={styles['field']} />;
}

const automatic = 'automatic';

/** All devices with why each is or isn't usable; automatic takes the best. */
function Devices({ set, onChange }: { set: string | undefined; onChange(device: string | undefined): void }) {
  const t = useWords('settings');
  const { devices, failed } = useMachine();
  const [asking, setAsking] = useState(false);
  const name = (id: string): string => (t.has(`window:device.${id}`) ? t(`window:device.${id}`) : id);
  const best = devices && deviceInUse(devices, undefined)?.device;
  return (
    <div className={styles['devices']}>
      <div className={styles['row']}>
        <Select
          label={t('compute.device')}
          options={[
            { value: automatic, label: best ? t('compute.best', { device: name(best.id) }) : t('automatic') },
            ...(devices ?? (set === undefined ? [] : [{ id: set, usable: true }])).map(({ id, usable }) => ({ value: id, label: name(id), disabled: !usable })),
          ]}
          value={set ?? automatic}
          onChange={(device) => onChange(device === automatic ? undefined : device)}
          className={styles['field']}
        />
        <IconButton
          icon={RefreshCw}
          label={t('compute.again')}
          disabled={asking}
          onClick={() => {
            setAsking(true);
            void askDevices().finally(() => setAsking(false));
          }}
        />
      </div>
      {failed && <Failed inline error={failed} />}
      {devices && (
        <dl className={styles['reasons']}>
          {devices.map(({ id, usable, reason }) => (
            <div key={id}>
              <dt>{name(id)}</dt>
              <dd>{t(usable ? 'compute.usable' : 'compute.unusable', { reason })}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
