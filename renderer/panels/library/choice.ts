/** @file Which rows of a list are chosen; the one chosen last is what all panels call selected. */

import { useEffect, useState } from 'react';
import { select, useSelection } from '../../state/selection';

export interface Choice {
  chosen: ReadonlySet<string>;
  lead: string | undefined;
  onChoose(chosen: ReadonlySet<string>, lead: string | undefined): void;
}

/** Follows the shared selection. Rows that are gone are no longer chosen; a broken one is chosen here alone. */
export function useChoice(kind: 'dataset' | 'run', names: ReadonlySet<string>, broken: ReadonlySet<string> = new Set()): Choice {
  const selected = useSelection((selection) => selection.selected);
  const outer = kind === 'run' ? (selected?.kind === 'run' ? selected.run : undefined) : selected?.kind === 'dataset' || selected?.kind === 'image' ? selected.dataset : undefined;
  const [choice, setChoice] = useState<{ chosen: ReadonlySet<string>; lead: string | undefined }>({ chosen: new Set(outer === undefined ? [] : [outer]), lead: outer });
  useEffect(() => {
    if (outer !== undefined) setChoice((now) => (now.lead === outer ? now : { chosen: new Set([outer]), lead: outer }));
  }, [outer]);
  const chosen = [...choice.chosen].every((name) => names.has(name)) ? choice.chosen : new Set([...choice.chosen].filter((name) => names.has(name)));
  const lead = choice.lead !== undefined && names.has(choice.lead) ? choice.lead : undefined;
  return {
    chosen,
    lead,
    onChoose(next, newLead) {
      setChoice({ chosen: next, lead: newLead });
      if (newLead === undefined || broken.has(newLead)) select(undefined);
      else select(kind === 'run' ? { kind, run: newLead } : { kind, dataset: newLead });
    },
  };
}
