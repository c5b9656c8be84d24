/** @file The lab's log: its newest lines, followed while the panel is seen. */

import { Copy, ScrollText } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { LogLine } from '../../../preload/contract/domains/app';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { notify } from '../../state/notices';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Toolbar } from '../../widgets/toolbar';
import type { PanelProps } from '../panel';
import type { logSpec, logState } from './spec';
import styles from './view.module.css';

const lineCount = 500;
const followMs = 2_000;
const levels = ['info', 'warn', 'error'] as const;
const rank = (level: LogLine['level']): number => (level === 'debug' ? 0 : levels.indexOf(level));

/** The newest lines, asked again and again while `visible`. */
function useLog(visible: boolean): { folder: string; lines: LogLine[] | undefined; error: ErrorJson | undefined; again(): void } {
  const [folder, setFolder] = useState('');
  const [lines, setLines] = useState<LogLine[] | undefined>(undefined);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!visible) return;
    let timer: number | undefined;
    let gone = false;
    const look = async (): Promise<void> => {
      try {
        const tail = await lab.app.log({ count: lineCount });
        if (gone) return;
        setFolder(tail.folder);
        setLines((now) => (JSON.stringify(now) === JSON.stringify(tail.lines) ? now : tail.lines));
        timer = window.setTimeout(() => void look(), followMs);
      } catch (caught) {
        if (!gone) setError(errorToJson(caught));
      }
    };
    void look();
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [visible, round]);
  return {
    folder,
    lines,
    error,
    again: () => {
      setError(undefined);
      setRound((now) => now + 1);
    },
  };
}

export function View({ context, state, onStateChange }: PanelProps<z.output<typeof logSpec>, z.output<typeof logState>>) {
  const t = useWords('log');
  const { folder, lines, error, again } = useLog(context.visible);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = lines?.filter(({ level }) => rank(level) >= rank(state.level));
  useLayoutEffect(() => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [shown?.length, lines]);
  if (error) return <Failed error={error} onRetry={again} />;
  const text = (shown ?? []).map(({ at, level, message, fields }) => [at, level, message, fields].filter(Boolean).join(' ')).join('\n');
  return (
    <div className={styles['log']}>
      <Toolbar
        label={t('filter')}
        end={
          <Button icon={Copy} disabled={text === ''} onClick={() => void navigator.clipboard.writeText(text).then(() => notify({ kind: 'good', title: t('copied') }))}>
            {t('copy')}
          </Button>
        }
      >
        <SegmentedControl label={t('level')} hideLabel options={levels.map((level) => ({ value: level, label: t(`levels.${level}`) }))} value={state.level} onChange={(level) => onStateChange({ level })} />
        <code className={styles['folder']}>{folder}</code>
      </Toolbar>
      {shown?.length === 0 ? (
        <Empty icon={ScrollText} title={t('nothing')} />
      ) : (
        // Scrolled by the keyboard: a region that scrolls takes the focus.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div ref={list} className={styles['lines']} role="log" aria-label={t('lines')} tabIndex={0} onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (atEnd.current = scrollTop + clientHeight >= scrollHeight - 4)}>
          {shown?.map(({ at, level, message, fields }, place) => (
            <div key={place} className={classes(styles['line'], styles[level])}>
              <time dateTime={at}>{at && t.date(new Date(at), { timeStyle: 'medium' })}</time>
              <span className={styles['level']}>{t.has(`levels.${level}`) ? t(`levels.${level}`) : level}</span>
              <span className={styles['message']}>
                {message} {fields && <span className={styles['fields']}>{fields}</span>}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
