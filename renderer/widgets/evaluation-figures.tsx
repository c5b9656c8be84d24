/** @file The figures of an evaluation on the test images, each with how it was computed, and when that was. */

import type { Evaluation } from '../../preload/contract/runs';
import { fullMoment, whole } from '../state/fact-words';
import { useWords } from '../state/words';
import styles from './evaluation-figures.module.css';
import { Figure } from './figure';

/** In this order, of those that a result has; the number under `error` is a standard error. */
const shown: { name: string; error?: string }[] = [
  { name: 'negElbo' },
  { name: 'recon' },
  { name: 'kl' },
  { name: 'iwNll' },
  { name: 'activeUnits' },
  { name: 'bound', error: 'boundError' },
  { name: 'loss', error: 'lossError' },
];

export function EvaluationFigures({ evaluation: { figures, step, at } }: { evaluation: Evaluation }) {
  const t = useWords('evaluation');
  const { images } = figures;
  const errorOf = (name: string | undefined): string | false => name !== undefined && figures[name] !== undefined && `± ${t.number(figures[name], { maximumSignificantDigits: 2 })}`;
  return (
    <>
      <div className={styles['figures']}>
        {shown.map(
          ({ name, error }) =>
            figures[name] !== undefined && (
              <Figure key={name} label={t(name)} value={figures[name]} unit={[errorOf(error), t(`unit.${name}`)].filter(Boolean).join(' ')} how={t(`how.${name}`)} />
            ),
        )}
      </div>
      <p className={styles['quiet']}>
        {images !== undefined && <span>{t('on', { count: images, shown: whole(t, images) })}</span>} <span>{t('when', { step: whole(t, step), at: fullMoment(t, at) })}</span>
      </p>
    </>
  );
}
