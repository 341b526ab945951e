// Verifies a record with Go's own module checksum database code (golang.org/x/mod/sumdb), which
// shares nothing with Waarborg. Prints OK, or FAIL with the reason; used by tests/stores/test_independent.py.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int                       { return 8 }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (f folder) path(tile tlog.Tile) string {
	return filepath.Join(string(f), "tile", strings.TrimPrefix(tile.Path(), "tile/8/"))
}

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func entries(dir folder, bundle, width int64) [][]byte {
	tile := tlog.Tile{H: 8, L: 0, N: bundle, W: int(width)}
	name := strings.TrimPrefix(tile.Path(), "tile/8/0/")
	data, err := os.ReadFile(filepath.Join(string(dir), "tile", "entries", name))
	must(err)
	var all [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			must(fmt.Errorf("bundle %d cannot be cut into entries", bundle))
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		all = append(all, data[2:end])
		data = data[end:]
	}
	if int64(len(all)) != width {
		must(fmt.Errorf("bundle %d has %d entries", bundle, len(all)))
	}
	return all
}

func main() {
	dir := folder(os.Args[1])
	vkey, err := os.ReadFile(filepath.Join(string(dir), "vkey"))
	must(err)
	checkpoint, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	must(err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	must(err)
	opened, err := note.Open(checkpoint, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var root tlog.Hash
	copy(root[:], raw)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, dir)
	found, err := tlog.TreeHash(size, reader)
	must(err)
	if found != root {
		must(fmt.Errorf("the tiles lead to another root"))
	}
	for bundle := int64(0); bundle*256 < size; bundle++ {
		width := size - bundle*256
		if width > 256 {
			width = 256
		}
		for at, entry := range entries(dir, bundle, width) {
			index := bundle*256 + int64(at)
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			must(err)
			if hashes[0] != tlog.RecordHash(entry) {
				must(fmt.Errorf("entry %d was changed", index))
			}
		}
	}
	for _, index := range []int64{0, 1, size / 2, size - 1} {
		proof, err := tlog.ProveRecord(size, index, reader)
		must(err)
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		must(err)
		must(tlog.CheckRecord(proof, size, root, index, hashes[0]))
	}
	for _, old := range []int64{1, size/3 + 1, size - 1} {
		proof, err := tlog.ProveTree(size, old, reader)
		must(err)
		before, err := tlog.TreeHash(old, reader)
		must(err)
		must(tlog.CheckTree(proof, size, root, old, before))
	}
	fmt.Println("OK", size, opened.Sigs[0].Name)
}
