/** @file A button with words, and one that is an icon alone with its words in a tooltip. */

import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { ariaKeys } from '../state/shortcut';
import styles from './button.module.css';
import { classes } from './class-names';
import { Tooltip } from './tooltip';

/** primary: the one action of a place. plain: the usual one. quiet: without an edge. danger: takes something away. */
export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  variant?: ButtonVariant;
  icon?: LucideIcon;
  /** A toggle's state; leave out for a plain button. */
  pressed?: boolean;
  type?: 'button' | 'submit';
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'plain', icon: Icon, pressed, type = 'button', className, children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} aria-pressed={pressed} className={classes(styles['button'], styles[variant], className)}>
      {Icon && <Icon size={15} aria-hidden />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'aria-label' | 'icon'> {
  icon: LucideIcon;
  /** What it does: its name and its tooltip. */
  label: string;
  /** Its shortcut, shown in the tooltip: 'mod+k'. */
  keys?: string;
  small?: boolean;
}

export function IconButton({ icon: Icon, label, keys, variant = 'quiet', small = false, pressed, type = 'button', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button {...rest} type={type} aria-label={label} aria-keyshortcuts={keys && ariaKeys(keys)} aria-pressed={pressed} className={classes(styles['button'], styles['icon'], small && styles['small'], styles[variant], className)}>
        <Icon size={small ? 13 : 16} aria-hidden />
      </button>
    </Tooltip>
  );
}
