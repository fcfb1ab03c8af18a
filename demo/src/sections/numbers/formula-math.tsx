/** A formula as mathematics. */

/** `mathml` as the library prints it: names of columns are escaped there. */
export function FormulaMath({ mathml }: { mathml: string }) {
  return <math class="formula-math" dangerouslySetInnerHTML={{ __html: mathml }} />;
}
