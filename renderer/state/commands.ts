/** @file What can be done now, each with a title and perhaps a shortcut: the palette, the list of shortcuts and the keyboard all read it. */

import { createContext, useContext, useEffect, useRef } from 'react';
import { create } from 'zustand';
import { pressed, type Press } from './shortcut';

export interface Command {
  /** Unique: '<panel>.<what>'. */
  id: string;
  /** In the language in force. */
  title: string;
  /** 'mod+shift+p' */
  keys?: string;
  /** A heading in the palette and the list of shortcuts: the panel's title, say. */
  group?: string;
  run(): void;
  /** A command that is not is in no list and has no key. */
  enabled?: boolean;
  /** Its keys hold over an open dialog too. */
  overDialogs?: boolean;
}

interface Registered extends Omit<Command, 'enabled'> {
  /** Tells apart two panels of one kind. */
  owner: symbol;
}

/** Newest last: when two have the same keys, the newest has them. */
export const useCommands = create<{ commands: readonly Registered[] }>(() => ({ commands: [] }));

/** Whether the panel around is the active one: its commands hold only then. Outside of panels, always. */
export const CommandScope = createContext(true);

/** Puts a command into the palette, the list of shortcuts and under its keys, while the component is there, its panel is active and it is enabled. */
export function useCommand({ id, title, keys, group, run, enabled = true, overDialogs = false }: Command): void {
  const active = useContext(CommandScope);
  const newest = useRef(run);
  newest.current = run;
  useEffect(() => {
    if (!active || !enabled) return;
    const owner = Symbol(id);
    const command: Registered = { id, title, keys, group, overDialogs, owner, run: () => newest.current() };
    useCommands.setState(({ commands }) => ({ commands: [...commands.filter((one) => one.id !== id), command] }));
    return () => useCommands.setState(({ commands }) => ({ commands: commands.filter((one) => one.owner !== owner) }));
  }, [id, title, keys, group, enabled, overDialogs, active]);
}

interface Target {
  tagName?: string;
  type?: string;
  isContentEditable?: boolean;
}

/** Inputs that are no text: keys there are not typed. */
const untyped = new Set(['checkbox', 'radio', 'range', 'button', 'submit', 'file', 'color']);

/** Whether a press at `target` writes text. */
export function types(target: Target | null): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName?.toLowerCase();
  return tag === 'textarea' || tag === 'select' || (tag === 'input' && !untyped.has(target.type ?? 'text'));
}

/** What a field does itself: undo, the clipboard, going and deleting by words. */
function edits({ key, ctrlKey, metaKey, altKey }: Press): boolean {
  const command = ctrlKey || metaKey;
  if (/^(Arrow(Left|Right|Up|Down)|Home|End|Backspace|Delete)$/.test(key)) return !(altKey && command);
  return command && !altKey && /^[zyxcva]$/i.test(key);
}

/** The command of a press: while one types, only shortcuts with Control, Command or Alt and function keys count, and none that edits text. */
export function commandOf<One extends Pick<Command, 'keys'>>(commands: readonly One[], event: Press, target: Target | null): One | undefined {
  const withModifier = event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key);
  if (types(target) && (!withModifier || edits(event))) return undefined;
  return commands.findLast(({ keys }) => keys?.split(' ').some((one) => pressed(one, event)));
}

/** Starts listening to the keyboard; called once, when the page starts. */
export function watchKeyboard(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    // A dialog that still fades is gone for the keyboard.
    const dialog = document.querySelector('[data-modal]:not([data-closed])') !== null;
    const target = event.target instanceof Element && !event.target.closest('[data-closed]') ? event.target : null;
    const held = useCommands.getState().commands.filter(({ overDialogs }) => overDialogs === true || !dialog);
    const command = commandOf(held, event, target);
    if (!command) return;
    event.preventDefault();
    command.run();
  });
}

/** Runs a command by its id, as the host's menu asks; one that is not there now is left. */
export function runCommand(id: string): void {
  useCommands
    .getState()
    .commands.find((one) => one.id === id)
    ?.run();
}
