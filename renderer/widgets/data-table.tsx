/** @file A table of any length: sorted by its heads, chosen from by pointer and keys, drawn only where it is seen. */

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useId, useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { classes } from './class-names';
import styles from './data-table.module.css';
import { ContextMenu, type MenuItem } from './menu';

export interface Column<Row> {
  id: string;
  title: string;
  /** The title is read to those who do not see, and not shown. */
  hideTitle?: boolean;
  /** A track of a grid: '1fr', 'minmax(120px, 2fr)', '90px'. */
  width: string;
  /** Numbers stand at the right. */
  end?: boolean;
  /** Shown only where the table is at least so wide, CSS pixels. */
  from?: number;
  cell(row: Row): ReactNode;
  /** What the column is sorted by; without it, it isn't. */
  sort?(row: Row): string | number;
}

export interface Sorting {
  column: string;
  descending: boolean;
}

export interface DataTableProps<Row> {
  /** What the rows are. */
  label: string;
  /** Sorted and filtered already (`sorted`). */
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  sorting: Sorting;
  onSort(sorting: Sorting): void;
  /** Keys of the chosen rows. */
  chosen: ReadonlySet<string>;
  /** `lead`: the row chosen last. */
  onChoose(chosen: ReadonlySet<string>, lead: string | undefined): void;
  /** The row the keys go on from. */
  lead: string | undefined;
  /** Enter, and a double click. */
  onOpen?(row: Row): void;
  /** Delete or Backspace. */
  onDelete?(): void;
  /** Of the chosen rows, by a right click. */
  menu(): readonly MenuItem[];
  rowHeight?: number;
  /** The table's width, CSS pixels: columns that need more are left out. */
  room: number;
}

const collators = new Map<string, Intl.Collator>();
function collator(language: string): Intl.Collator {
  const made = collators.get(language) ?? new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  collators.set(language, made);
  return made;
}

// oxlint-disable-next-line no-control-regex
const ascii = /^[\0-\x7f]*$/;
/** Digits made as long as any number: plain comparison then orders by value. */
const paddedKey = (text: string): string => text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(16, '0'));

/** Rows by a column; equal ones keep their order. Texts stand as one would look them up: case and accents aside, numbers by value. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { column, descending }: Sorting, language: string): Row[] {
  const by = columns.find(({ id }) => id === column)?.sort;
  if (!by) return [...rows];
  const keyed = rows.map((row) => ({ row, key: by(row) }));
  const sign = descending ? -1 : 1;
  const numbers = keyed.every(({ key }) => typeof key === 'number');
  // A collator takes two seconds for 100,000 names.
  const plain = !numbers && keyed.every(({ key }) => ascii.test(String(key)));
  if (plain) for (const one of keyed) one.key = paddedKey(String(one.key));
  const { compare } = collator(language);
  const order = (a: string | number, b: string | number): number => (numbers || plain ? (a < b ? -1 : a > b ? 1 : 0) : compare(String(a), String(b)));
  keyed.sort((a, b) => sign * order(a.key, b.key));
  return keyed.map(({ row }) => row);
}

const headHeight = 28;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns: all, keyOf, sorting, onSort, chosen, onChoose, lead, onOpen, onDelete, menu, rowHeight = 40, room } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  /** Where a range of rows began. */
  const anchor = useRef<string | undefined>(undefined);
  const columns = all.filter(({ from = 0 }) => room >= from);
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8, scrollPaddingStart: headHeight });
  const leadAt = lead === undefined ? -1 : rows.findIndex((row) => keyOf(row) === lead);

  useLayoutEffect(() => virtual.measure(), [rowHeight, virtual]);
  const shown = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    // Only when another row leads: rows that come or go above must not move the view.
    if (shown.current === lead || leadAt < 0) return;
    shown.current = lead;
    virtual.scrollToIndex(leadAt, { align: 'auto' });
  }, [lead, leadAt, virtual]);

  const range = (from: number, to: number): string[] => rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(keyOf);
  const choose = (at: number, { extend = false, toggle = false } = {}): void => {
    const row = rows[at];
    if (!row) return;
    const key = keyOf(row);
    if (extend) {
      const from = rows.findIndex((one) => keyOf(one) === (anchor.current ?? lead));
      return onChoose(new Set(range(from < 0 ? at : from, at)), key);
    }
    anchor.current = key;
    if (!toggle) return onChoose(new Set([key]), key);
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose(next, key);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
    const moved = { ArrowDown: leadAt + 1, ArrowUp: leadAt < 0 ? rows.length - 1 : leadAt - 1, Home: 0, End: rows.length - 1, PageDown: leadAt + page, PageUp: leadAt - page }[event.key];
    const mod = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    if (moved !== undefined) choose(Math.min(rows.length - 1, Math.max(0, moved)), { extend: event.shiftKey });
    else if (event.key === ' ' && leadAt >= 0) choose(leadAt, { toggle: true });
    else if (event.key.toLowerCase() === 'a' && mod) onChoose(new Set(rows.map(keyOf)), lead ?? (rows[0] && keyOf(rows[0])));
    else if (event.key === 'Enter' && leadAt >= 0 && onOpen) onOpen(rows[leadAt]);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen.size > 0 && onDelete) onDelete();
    else if (event.key === 'Escape' && chosen.size > 0) onChoose(new Set(), undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const atOf = (event: MouseEvent): number => Number((event.target as HTMLElement).closest('[data-at]')?.getAttribute('data-at') ?? -1);
  const onHead = (column: Column<Row>): void => onSort({ column: column.id, descending: sorting.column === column.id ? !sorting.descending : false });

  return (
    <ContextMenu items={menu()}>
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable
        aria-activedescendant={leadAt >= 0 ? `${id}-${leadAt}` : undefined}
        tabIndex={0}
        className={styles['table']}
        onKeyDown={onKeyDown}
        onContextMenuCapture={(event) => {
          const at = atOf(event);
          if (at >= 0 && !chosen.has(keyOf(rows[at]))) choose(at);
        }}
      >
        <div role="row" aria-rowindex={1} className={styles['head']} style={template}>
          {columns.map((column) => {
            const is = sorting.column === column.id;
            const Arrow = sorting.descending ? ArrowDown : ArrowUp;
            return (
              <div key={column.id} role="columnheader" aria-sort={is ? (sorting.descending ? 'descending' : 'ascending') : undefined} className={classes(styles['headCell'], column.end && styles['end'])}>
                {column.sort ? (
                  <button type="button" tabIndex={-1} className={styles['sort']} onClick={() => onHead(column)}>
                    <span className={column.hideTitle ? styles['hidden'] : undefined}>{column.title}</span>
                    {is && <Arrow size={12} aria-hidden />}
                  </button>
                ) : (
                  <span>{column.title}</span>
                )}
              </div>
            );
          })}
        </div>
        <div role="rowgroup" className={styles['body']} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            const key = keyOf(row);
            return (
              // The keys are the grid's: rows are no stops of Tab.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={key}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={chosen.has(key)}
                data-at={index}
                className={classes(styles['row'], chosen.has(key) && styles['chosen'], index === leadAt && styles['lead'])}
                style={{ ...template, height: rowHeight, transform: `translateY(${start}px)` }}
                onClick={(event) => choose(index, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey })}
                onDoubleClick={() => onOpen?.(row)}
              >
                {columns.map((column) => (
                  <div key={column.id} role="gridcell" className={classes(styles['cell'], column.end && styles['end'])}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </ContextMenu>
  );
}
