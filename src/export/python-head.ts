/** How the function `predict` of every Python module begins: it checks its rows, and has them as `x`. */

export const predictHead = (inputs: number, targets: number): string => `def predict(rows):
    """The targets [rows, ${targets}] for an array [rows, ${inputs}], or for a mapping from the names in \`inputs\` to columns."""
    if hasattr(rows, "keys"):
        rows = np.column_stack([np.asarray(rows[name], dtype=np.float64) for name in inputs])
    x = np.atleast_2d(np.asarray(rows, dtype=np.float64))
    if x.ndim != 2 or x.shape[1] != len(inputs) or not np.isfinite(x).all():
        raise ValueError(f"rows must be finite numbers of shape [rows, {len(inputs)}]: {', '.join(inputs)}")`;
