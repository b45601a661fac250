#!/usr/bin/env bash
# Run one stage of the package that lies beside this workflow: stage.sh LOG PROCESSES NAME [ARGUMENT ...]
# PROCESSES: how many on this machine, or `srun` for one a task of a Slurm job, over however many machines.
# All output is added to LOG; if the stage fails, the end of it also goes to stderr.
set -euo pipefail

log=$1
processes=$2
name=$3
shift 3

# Jobs in a conda environment lose PYTHONPATH, so it is set here, from this file's own place.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export PYTHONPATH="$root/src${PYTHONPATH:+:$PYTHONPATH}"

# glibc then asks for huge pages of memory and keeps what is freed for the next step (docs/performance.md).
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000}

command=(python -m "hico.stages.$name" "$@")
if [[ $processes == srun ]]; then
    # They meet at the first of them, on a port by the job's number; when one fails, the others get Slurm's KillWait.
    # shellcheck disable=SC2016 # for each task's shell to expand
    join='export RANK=$SLURM_PROCID LOCAL_RANK=$SLURM_LOCALID WORLD_SIZE=$SLURM_NTASKS
        export MASTER_ADDR=$SLURM_LAUNCH_NODE_IPADDR MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
        exec "$@"'
    command=(srun --mpi=none --gpu-bind=none --kill-on-bad-exit=1 bash -c "$join" "$name" "${command[@]}")
elif [[ ! $processes =~ ^[0-9]+$ ]]; then
    printf 'error: resources: mpi: only srun starts processes over several machines (given: %s)\n' "$processes" >&2
    exit 2
elif ((processes > 1)); then
    # Snakemake exports the job's threads; each process takes its part of them.
    threads=$((${OMP_NUM_THREADS:-processes} / processes))
    export OMP_NUM_THREADS=$((threads > 0 ? threads : 1))
    command=(python -m hico.training.launch "$processes" "${command[@]:2}")
fi

# What an attempt before this one had to say stays: a run that goes on is one story.
printf -- '--- %s on %s: %s\n' "$(date '+%F %T')" "$HOSTNAME" "$name" >>"$log"

# In the background, so that signals reach the stage at once: it then saves a checkpoint and leaves.
"${command[@]}" >>"$log" 2>&1 &
stage=$!
trap 'signalled=1; kill -TERM "$stage" 2>/dev/null || true' INT TERM
trap 'signalled=1; kill -USR1 "$stage" 2>/dev/null || true' USR1
signalled=1
while ((signalled)); do
    # A signal ends the wait, not the stage: its exit code comes from a wait that none has disturbed.
    signalled=0 status=0
    wait "$stage" || status=$?
done

if ((status != 0)); then
    printf '%s failed (exit code %d). The end of %s:\n' "$name" "$status" "$log" >&2
    tail -n 15 -- "$log" >&2
fi
exit "$status"
