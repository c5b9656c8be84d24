/** @file A formula in TeX, set by KaTeX as elements: the page's policy forbids style attributes in HTML texts, and lets elements be styled. */

import { useEffect, useRef } from 'react';
import { classes } from './class-names';
import styles from './formula.module.css';

export interface FormulaProps {
  tex: string;
  /** On a line of its own. */
  block?: boolean;
}

/** KaTeX is loaded with the first formula that is shown. A formula that can't be set is shown as it was written. */
export function Formula({ tex, block = false }: FormulaProps) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let gone = false;
    void import('./katex').then(({ setFormula }) => {
      if (!gone && ref.current) setFormula(tex, ref.current, block);
    });
    return () => {
      gone = true;
    };
  }, [tex, block]);
  return <span ref={ref} className={classes(styles['formula'], block && styles['block'])} />;
}
