/** @file What a plan will come to: steps, passes over the images, the time of its end, memory, and where the result may disappoint. */

import { Cpu, RefreshCw, TriangleAlert } from 'lucide-react';
import type { Forecast, ForecastWarning } from '../../../preload/contract/domains/training';
import { deviceName } from '../../state/fact-words';
import { useWords, type Words } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { Figure } from '../../widgets/figure';
import { Named } from '../../widgets/named';
import { Progress } from '../../widgets/progress';
import { Term } from '../../widgets/term';
import styles from './forecast-card.module.css';
import type { ForecastState } from './use-training-form';

export interface ForecastCardProps {
  state: ForecastState;
  /** Another training is under way: a trial would slow it, so it is only made when asked for. */
  held: boolean;
  onAsk(): void;
}

export function ForecastCard({ state, held, onAsk }: ForecastCardProps) {
  const t = useWords('train');
  const phases = useWords('window');
  const { forecast, progress, error, busy, again } = state;
  return (
    <section className={styles['card']} aria-label={t('forecast.title')} aria-busy={busy}>
      <div className={styles['head']}>
        <h3>{t('forecast.title')}</h3>
        {forecast && <IconButton small icon={RefreshCw} label={t('forecast.again')} onClick={again} />}
      </div>
      {held && !forecast && !busy && (
        <>
          <p className={styles['quiet']}>{t('forecast.held')}</p>
          <div>
            <Button onClick={onAsk}>{t('forecast.ask')}</Button>
          </div>
        </>
      )}
      {!held && !forecast && !busy && !error && <p className={styles['quiet']}>{t('forecast.waiting')}</p>}
      {busy && <Progress label={progress ? (progress.phase === 'trial' ? t('forecast.trial') : phases.has(`phase.${progress.phase}`) ? phases(`phase.${progress.phase}`) : progress.phase) : t('forecast.trial')} report={progress} compact />}
      {error && <Failed inline error={error} onRetry={again} />}
      {forecast && <Facts forecast={forecast} />}
    </section>
  );
}

function Facts({ forecast }: { forecast: Forecast }) {
  const t = useWords('train');
  const w = useWords('window');
  const { steps, epochs, seconds, stepSecs, memoryBytes, parameters, device, fallback, warnings } = forecast;
  return (
    <>
      {seconds !== undefined ? (
        <p className={styles['end']}>
          {t('forecast.ends', { time: endWords(seconds, t) })} <span className={styles['quiet']}>{t('forecast.in', { time: t.seconds(seconds) })}</span>
        </p>
      ) : (
        <p className={styles['end']}>{t('forecast.endless')}</p>
      )}
      <div className={styles['facts']}>
        {steps !== undefined && <Figure label={t('forecast.steps')} value={steps} options={{ maximumSignificantDigits: 3 }} />}
        {epochs !== undefined && <Figure label={<Term id="epoch">{t('forecast.epochs')}</Term>} value={epochs} options={{ maximumSignificantDigits: 3 }} />}
        <Figure label={t('forecast.pace')} value={1 / stepSecs} unit={t('forecast.perSecond')} options={{ maximumSignificantDigits: 3 }} how={t('forecast.paceHow')} />
        <Named name={t('forecast.memory')}>{t.bytes(memoryBytes)}</Named>
        <Figure label={t('forecast.parameters')} value={parameters} options={{ notation: 'compact', maximumSignificantDigits: 3 }} />
        <Named name={t('forecast.device')}>
          <Cpu size={13} aria-hidden /> {deviceName(w, device)}
        </Named>
      </div>
      {fallback && <p className={styles['quiet']}>{w('status.instead', { wanted: deviceName(w, fallback.from), reason: fallback.reason })}</p>}
      {warnings.length > 0 && (
        <ul className={styles['warnings']} aria-label={t('forecast.warnings')}>
          {warnings.map((warning) => (
            <li key={warning.code}>
              <TriangleAlert size={14} aria-hidden />
              <span>{warningWords(warning, t)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** '16:42', with the day where it is not today. */
function endWords(seconds: number, t: Words): string {
  const now = new Date();
  const end = new Date(now.getTime() + seconds * 1000);
  const sameDay = end.toDateString() === now.toDateString();
  return t.date(end, { hour: '2-digit', minute: '2-digit', ...(!sameDay && { weekday: 'short', day: 'numeric', month: 'short' }) });
}

/** Bytes and seconds of a warning in their units, the rest as numbers. */
export function warningWords({ code, params }: ForecastWarning, t: Words): string {
  const worded = Object.entries(params).map(([name, value]) => [name, name === 'seconds' ? t.seconds(value) : code === 'memory-over' ? t.bytes(value) : t.number(value, { maximumFractionDigits: 0 })]);
  return t(`warning.${code}`, Object.fromEntries(worded) as Record<string, string>);
}
