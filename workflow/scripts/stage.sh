#!/usr/bin/env bash
# Run one stage of the package that lies beside this workflow: stage.sh LOG PROCESSES NAME [ARGUMENT ...]
# All output goes to LOG; if the stage fails, the end of it also goes to stderr.
set -euo pipefail

log=$1
processes=$2
name=$3
shift 3

# Jobs in a conda environment lose PYTHONPATH, so it is set here, from this file's own place.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export PYTHONPATH="$root/src${PYTHONPATH:+:$PYTHONPATH}"

command=(python -m "hico.stages.$name" "$@")
if ((processes > 1)); then
    # Snakemake exports the job's threads; each process takes its part of them.
    threads=$((${OMP_NUM_THREADS:-processes} / processes))
    export OMP_NUM_THREADS=$((threads > 0 ? threads : 1))
    # By default SIGUSR1 would end torchrun alone, and leave its processes behind.
    handled=SIGTERM,SIGINT,SIGHUP,SIGQUIT,SIGUSR1
    torchrun=(-m torch.distributed.run --standalone --signals-to-handle "$handled" --nproc-per-node "$processes")
    command=(python "${torchrun[@]}" "${command[@]:1}")
fi

# In the background, so that signals reach the stage at once: it then saves a checkpoint and leaves.
"${command[@]}" &>"$log" &
stage=$!
trap 'kill -TERM "$stage"' INT TERM
trap 'kill -USR1 "$stage"' USR1
status=0
while kill -0 "$stage" 2>/dev/null; do
    status=0
    wait "$stage" || status=$?
done

if ((status != 0)); then
    printf '%s failed (exit code %d). The end of %s:\n' "$name" "$status" "$log" >&2
    tail -n 15 -- "$log" >&2
fi
exit "$status"
