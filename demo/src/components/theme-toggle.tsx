import { theme, toggleTheme } from '../state/theme.ts';

/** Swaps light and dark. */
export function ThemeToggle() {
  const dark = theme.value === 'dark';
  return (
    <button
      type="button"
      class="icon-button"
      onClick={toggleTheme}
      aria-label={`Switch to the ${dark ? 'light' : 'dark'} theme`}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {dark ? (
          <>
            <circle cx="12" cy="12" r="4.5" />
            <path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1" />
          </>
        ) : (
          <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />
        )}
      </svg>
    </button>
  );
}
