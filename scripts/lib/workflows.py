#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""workflows.py FOLDER ROOT [DIR]: reads the workflows in FOLDER as GitHub would, as far as that can be done
without it: the keys that it knows, names that something refers to, the inputs of the actions
that are used here, and commands below ROOT.  The commands of each 'run:'
are written to DIR, for shellcheck.  Prints what is wrong; exit status 1."""
import os
import re
import sys

import yaml

TOP = {'name', 'run-name', 'on', 'permissions', 'env', 'defaults', 'concurrency', 'jobs'}
JOB = {'name', 'runs-on', 'container', 'timeout-minutes', 'strategy', 'steps', 'permissions', 'concurrency', 'needs',
       'if', 'env', 'defaults', 'outputs', 'continue-on-error', 'services'}
STEP = {'name', 'id', 'if', 'uses', 'with', 'run', 'env', 'shell', 'working-directory', 'continue-on-error', 'timeout-minutes'}
EVENTS = {'push', 'pull_request', 'schedule', 'workflow_dispatch', 'merge_group', 'release'}
# From each action.yml at the pinned commit; what must be there has a '!'.
INPUTS = {
    'actions/checkout': 'repository ref token path fetch-depth submodules persist-credentials clean',
    'actions/cache': 'path! key! restore-keys upload-chunk-size enableCrossOsArchive fail-on-cache-miss lookup-only save-always',
    'actions/upload-artifact': 'name path! if-no-files-found retention-days compression-level overwrite include-hidden-files',
    'github/codeql-action/upload-sarif': 'sarif_file checkout_path ref sha token matrix category wait-for-processing',
    'google/clusterfuzzlite/actions/build_fuzzers': 'language dry-run allowed-broken-targets-percentage sanitizer project-src-path '
        'bad-build-check keep-unaffected-fuzz-targets storage-repo storage-repo-branch storage-repo-branch-coverage upload-build github-token',
    'google/clusterfuzzlite/actions/run_fuzzers': 'language fuzz-seconds dry-run sanitizer mode github-token storage-repo storage-repo-branch '
        'storage-repo-branch-coverage report-unreproducible-crashes minimize-crashes parallel-fuzzing output-sarif report-timeouts report-ooms',
}
VALUES = {'sanitizer': {'address', 'undefined', 'memory', 'coverage'}, 'mode': {'code-change', 'batch', 'prune', 'coverage'}}


class Unique(yaml.SafeLoader):
    """A key that stands twice would hide the first."""


def mapping(loader, node):
    keys = [k.value for k in node.value and [k for k, _ in node.value]]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: '{key}' stands twice")
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


Unique.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)


def unknown(keys, known):
    # YAML 1.1 reads the key 'on' as true.
    return sorted({'on' if k is True else str(k) for k in keys} - known)


def check_values(step, matrix):
    for name, value in step.get('with', {}).items():
        found = re.fullmatch(r'\$\{\{ matrix\.(\w+) \}\}', str(value))
        for one in matrix.get(found[1], []) if found else [value]:
            if name in VALUES and one not in VALUES[name]:
                yield f"{name}: '{one}' is none of {', '.join(sorted(VALUES[name]))}"


def check_uses(step):
    action = step['uses'].split('@')[0]
    if action not in INPUTS:
        yield f"the inputs of {action} are not listed in workflows.py"
        return
    known = {i.rstrip('!') for i in INPUTS[action].split()}
    for name in unknown(step.get('with', {}), known):
        yield f"{action} has no input '{name}'"
    for name in INPUTS[action].split():
        if name.endswith('!') and name[:-1] not in step.get('with', {}):
            yield f"{action} needs the input '{name[:-1]}'"


def check_run(step, root):
    for command in re.findall(r'(?:^|\s)(\./[\w./-]+)', step['run']):
        if not os.access(os.path.join(root, command), os.X_OK):
            yield f"there is no command {command}"
        else:
            text = open(os.path.join(root, command), encoding='utf-8').read()
            for option in re.findall(r'\s(--[a-z-]+)', step['run']):
                if not re.search(option + r'(?![a-z-])', text):
                    yield f"{command} has no option {option}"


def check_refs(job, steps):
    text = yaml.dump(job)
    for name in set(re.findall(r'matrix\.(\w+)', text)) - set(job.get('strategy', {}).get('matrix', {})):
        yield f"the matrix has no '{name}'"
    ids = {step.get('id') for step in steps}
    for name in set(re.findall(r'steps\.(\w+)\.', text)) - ids:
        yield f"no step has the id '{name}'"


def check_job(job, root, jobs):
    for name in unknown(job, JOB):
        yield f"a job has no key '{name}'"
    if 'runs-on' not in job:
        yield 'no runs-on'
    needs = job.get('needs', [])
    for name in [needs] if isinstance(needs, str) else needs:
        if name not in jobs:
            yield f"needs '{name}', which is no job"
    steps = job.get('steps') or []
    if not steps:
        yield 'no steps'
    yield from check_refs(job, steps)
    for step in steps:
        for name in unknown(step, STEP):
            yield f"a step has no key '{name}'"
        if ('uses' in step) == ('run' in step):
            yield 'a step has either uses or run'
            continue
        yield from check_uses(step) if 'uses' in step else check_run(step, root)
        yield from check_values(step, job.get('strategy', {}).get('matrix', {}))


def check(path, root):
    try:
        with open(path, encoding='utf-8') as file:
            flow = yaml.load(file, Unique)
    except yaml.YAMLError as error:
        yield f"not YAML: {' '.join(str(error).split())}"
        return
    for name in unknown(flow, TOP):
        yield f"a workflow has no key '{name}'"
    on = flow.get(True, flow.get('on'))
    events = on if isinstance(on, (dict, list)) else [on]
    for name in unknown(events, EVENTS):
        yield f"no event '{name}'"
    for entry in (on.get('schedule') or []) if isinstance(on, dict) else []:
        if not re.fullmatch(r'[\d*/,-]+( [\d*/,-]+){4}', entry.get('cron', '')):
            yield f"cron: '{entry.get('cron')}' is not five fields"
    for name, job in flow.get('jobs', {}).items():
        for wrong in check_job(job, root, flow['jobs']):
            yield f"job {name}: {wrong}"


def write_runs(path, folder):
    with open(path, encoding='utf-8') as file:
        jobs = yaml.load(file, Unique)['jobs']
    for name, job in jobs.items():
        for i, step in enumerate(job['steps']):
            if 'run' in step:
                target = os.path.join(folder, f'{os.path.basename(path)}.{name}.{i}.sh')
                with open(target, 'w', encoding='utf-8') as out:
                    # GitHub puts a value there before the shell sees it.
                    out.write('#!/bin/bash -e\n' + re.sub(r'\$\{\{.*?\}\}', 'value', step['run']) + '\n')


def main():
    folder, root = sys.argv[1:3]
    status = 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        wrong = list(check(path, root))
        for line in wrong:
            print(f'{name}: {line}')
        if wrong:
            status = 1
        elif len(sys.argv) > 3:
            write_runs(path, sys.argv[3])
    sys.exit(status)


main()
