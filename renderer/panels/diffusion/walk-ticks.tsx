/** @file The steps of samplers as ticks under a slider: a row each. */

import styles from './walk-ticks.module.css';

/** So many ticks can be told apart; of more, every so many-th is drawn. */
const mostTicks = 200;

/** Places from 0 to 1. */
export function WalkTicks({ rows }: { rows: readonly (readonly number[])[] }) {
  return (
    <svg className={styles['ticks']} viewBox={`0 0 1000 ${rows.length * 6}`} preserveAspectRatio="none" style={{ height: rows.length * 6 }} aria-hidden>
      {rows.map((places, row) => {
        const stride = Math.ceil(places.length / mostTicks);
        const drawn = places.filter((_, i) => i % stride === 0 || i === places.length - 1);
        return <path key={row} d={drawn.map((place) => `M${(place * 1000).toFixed(2)} ${row * 6 + 1}v4`).join('')} className={styles['tick']} />;
      })}
    </svg>
  );
}
