/** @file One axis of a sheet: the setting, and its values as they are typed. */

import { useWords } from '../../state/words';
import { Select } from '../../widgets/select';
import { TextField } from '../../widgets/text-field';
import { mostValues, type Bounds } from './sheet';
import { sheetSetting, type DiffusionState, type SheetSetting } from './state';
import styles from './sheet-axis.module.css';

type Axis = DiffusionState['sheet']['rows'];

/** What a setting is begun with. */
function usualValues(setting: SheetSetting, { total, snapshots }: Bounds): string {
  const share = (parts: readonly number[]): string => parts.map((part) => Math.max(1, Math.round(part * total))).join(', ');
  const spread = snapshots.filter((_, i) => i % Math.max(1, Math.ceil(snapshots.length / 6)) === 0);
  return { sampler: 'ddpm, ddim', steps: [5, 10, 20, 50, 100].filter((steps) => steps <= total).join(', '), eta: '0, 0.25, 0.5, 1', seed: '1, 2, 3, 4', start: share([0.2, 0.4, 0.6, 0.8]), at: spread.join(', ') }[setting];
}

export interface AxisFieldsProps {
  label: string;
  axis: Axis;
  bounds: Bounds;
  valid: boolean;
  error?: string;
  onChange(axis: Axis): void;
}

export function AxisFields({ label, axis, bounds, valid, error, onChange }: AxisFieldsProps) {
  const t = useWords('diffusion');
  const options = sheetSetting.options.map((value) => ({ value, label: t(`setting.${value}`), disabled: value === 'at' && bounds.snapshots.length === 0 }));
  const limits = { total: bounds.total, most: mostValues };
  return (
    <div className={styles['axis']}>
      <Select label={label} options={options} value={axis.setting} onChange={(setting) => onChange({ setting, values: usualValues(setting, bounds) })} />
      <TextField label={t('values')} value={axis.values} onChange={(values) => onChange({ ...axis, values })} error={error ?? (valid ? undefined : t(`valuesOf.${axis.setting}`, limits))} />
    </div>
  );
}
