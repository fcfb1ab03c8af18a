/** What `package.json` says of the project; the build puts it here. */

interface Project {
  readonly name: string;
  readonly version: string;
  /** Addresses, where there are any. */
  readonly repository?: string;
  readonly homepage?: string;
  /** The reference of the API. */
  readonly reference?: string;
}

declare const __PROJECT__: Project;

export const project: Project = __PROJECT__;
