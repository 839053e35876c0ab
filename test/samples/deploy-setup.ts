import { findProgram } from '../support/find-program.js';
import { provideProgram } from '../support/provide-program.js';

/** The set-up of the tests of `examples/deploy`: installs what its files are checked by. */
export default function setup(): void {
  provideProgram({
    title: 'promtool, nginx and caddy',
    debianPackages: 'prometheus nginx-light caddy systemd',
    isThere: () => ['promtool', 'nginx', 'caddy', 'systemd-analyze'].every((name) => findProgram(name) !== undefined),
    leftOut: 'the tests of examples/deploy that they check',
    advice: { darwin: 'brew install prometheus nginx caddy' },
  });
}
