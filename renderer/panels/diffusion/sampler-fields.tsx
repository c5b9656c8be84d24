/** @file The choice of a sampler: DDPM or DDIM, how many steps, and DDIM's noise. */

import { useWords } from '../../state/words';
import { NumberField } from '../../widgets/number-field';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Term } from '../../widgets/term';
import styles from './sampler-fields.module.css';
import { resolved, type SamplerChoice } from './state';

export interface SamplerFieldsProps {
  /** T */
  total: number;
  value: SamplerChoice;
  onChange(value: SamplerChoice): void;
  /** Settings that something else varies. */
  without?: readonly string[];
}

export function SamplerFields({ total, value, onChange, without = [] }: SamplerFieldsProps) {
  const t = useWords('diffusion');
  const { sampler, steps, eta } = resolved(value, total);
  return (
    <div className={styles['fields']}>
      {!without.includes('sampler') && (
        <SegmentedControl
          label={t('sampler')}
          options={[
            { value: 'ddpm', label: 'DDPM' },
            { value: 'ddim', label: 'DDIM' },
          ]}
          value={sampler}
          // The other sampler's usual number of steps comes with it.
          onChange={(chosen) => chosen !== sampler && onChange({ ...value, sampler: chosen, steps: undefined })}
          className={styles['wide']}
        />
      )}
      {!without.includes('steps') && (
        <NumberField
          label={<Term id="sampler-steps">{t('steps')}</Term>}
          value={steps}
          min={1}
          max={total}
          onChange={(now) => now !== undefined && onChange({ ...value, steps: Math.min(total, Math.max(1, Math.round(now))) })}
        />
      )}
      {!without.includes('eta') && (sampler === 'ddim' || without.includes('sampler')) && (
        <NumberField
          label={<Term id="eta">{t('eta')}</Term>}
          value={without.includes('sampler') ? value.eta : eta}
          min={0}
          max={1}
          step={0.1}
          format={{ maximumFractionDigits: 3 }}
          onChange={(now) => now !== undefined && onChange({ ...value, eta: Math.min(1, Math.max(0, now)) })}
        />
      )}
    </div>
  );
}

export interface SeedFieldProps {
  value: number;
  onChange(seed: number): void;
}

export function SeedField({ value, onChange }: SeedFieldProps) {
  const t = useWords('diffusion');
  return <NumberField label={<Term id="first-noise">{t('seed')}</Term>} value={value} min={0} max={2 ** 32 - 1} format={{ useGrouping: false }} onChange={(now) => now !== undefined && onChange(Math.round(now))} />;
}
