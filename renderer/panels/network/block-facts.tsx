/** @file What is known of a block: its kind, its size, its operations, parameters and cost. */

import { sizeText, type NetworkBlock } from '../../../preload/contract/network';
import { useWords } from '../../state/words';
import { Figure } from '../../widgets/figure';
import { Term } from '../../widgets/term';
import styles from './block-facts.module.css';

/** @param explained with hover cards on terms */
export function BlockFacts({ block, explained = false }: { block: NetworkBlock; explained?: boolean }) {
  const t = useWords('network');
  const { kind, size, operations, parameters, multiplyAdds } = block;
  const named = (id: string, words: string) => (explained ? <Term id={id}>{words}</Term> : words);
  return (
    <dl className={styles['facts']}>
      <dt>{t('facts.kind')}</dt>
      <dd>{t(`kind.${kind}`)}</dd>
      <dt>{t('facts.size')}</dt>
      <dd>
        {sizeText(size) && <span className={styles['figures']}>{sizeText(size)}</span>} <span className={styles['quiet']}>{t(`size.${size.kind}`)}</span>
      </dd>
      {operations.length > 0 && (
        <>
          <dt>{t('facts.operations')}</dt>
          <dd>{operations.map(({ name, count }) => (count > 1 ? t('facts.times', { name, count }) : name)).join(', ')}</dd>
        </>
      )}
      {kind !== 'input' && kind !== 'output' && (
        <>
          <dt>{named('parameters', t('facts.parameters'))}</dt>
          <dd>
            <Figure value={parameters} options={wholeOrShort(parameters)} />
          </dd>
          <dt>{named('multiply-adds', t('facts.cost'))}</dt>
          <dd>
            <Figure value={multiplyAdds} options={wholeOrShort(multiplyAdds)} />
          </dd>
        </>
      )}
    </dl>
  );
}

/** 12 345; 1.234 million. */
export const wholeOrShort = (value: number): Intl.NumberFormatOptions => (value < 1e6 ? { maximumFractionDigits: 0 } : { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 4 });
