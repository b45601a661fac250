#!/usr/bin/env bash
# In place of the launcher: writes the outputs of a stage, with the stage's name and STUB_WORD in them, in an instant.
set -euo pipefail

log=$1
name=$3
shift 3
echo "$name" >"$log"

put() {
    mkdir -p -- "$(dirname -- "$1")"
    echo "$name ${STUB_WORD-}" >"$1"
}

files() {
    case $name in
        synthetic_dataset) echo scenes.parquet ;;
        pretrain) echo weights.safetensors metrics.csv dropped.csv speed.csv topics.npz settings.json provenance.json ;;
        classify) echo metrics.json predictions.parquet metrics.csv dropped.csv provenance.json ;;
        retrieval) echo metrics.json predictions.parquet provenance.json ;;
        tables) echo {recognition,retrieval}{,_summary}.{csv,md,tex,html} ;;
    esac
}

while (($#)); do
    case $1 in
        --out)
            put "$2"
            case $2 in
                *.svg) put "${2%.svg}.png" ;;
                *manifest.parquet | *index.parquet) put "$2.provenance.json" ;;
            esac
            ;;
        --provenance-out) put "$2" ;;
        --coverage) [[ $name != index && $name != transcode ]] || put "$2" ;;
        --out-dir) for file in $(files); do put "$2/$file"; done ;;
    esac
    shift
done
