// Prints the table of server/src/core/sprig/time/abbreviations.ts: what the time zone database calls each zone's
// offsets, the latest name of each since 1970.
//
//	cd test/oracle && go run ./zones "$(go env GOROOT)/lib/time/zoneinfo.zip"
package main

import (
	"archive/zip"
	"fmt"
	"log"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

var letters = regexp.MustCompile(`[A-Z]`)

const width = 108

func main() {
	database, err := zip.OpenReader(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	zones := map[string][]string{}
	for _, file := range database.File {
		zone, err := time.LoadLocation(file.Name)
		if err != nil || strings.HasSuffix(file.Name, "/") || file.Name == "UTC" {
			continue
		}
		if names := namesOf(zone); names != "" {
			zones[names] = append(zones[names], file.Name)
		}
	}
	all := []string{}
	for names := range zones {
		all = append(all, names)
	}
	sort.Strings(all)
	for _, names := range all {
		line := names + ":"
		for _, zone := range zones[names] {
			if len(line)+1+len(zone) > width {
				fmt.Println(line)
				line = " "
			}
			line += " " + zone
		}
		fmt.Println(line)
	}
}

// namesOf gives `-5 EST -4 EDT`: hours east of UTC and names, without those that are figures only.
func namesOf(zone *time.Location) string {
	latest := map[int]string{}
	for at := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2038; {
		name, offset := at.In(zone).Zone()
		latest[offset] = name
		_, end := at.In(zone).ZoneBounds()
		if end.IsZero() {
			break
		}
		at = end
	}
	offsets := []int{}
	for offset, name := range latest {
		if letters.MatchString(name) {
			offsets = append(offsets, offset)
		}
	}
	sort.Ints(offsets)
	parts := []string{}
	for _, offset := range offsets {
		parts = append(parts, strconv.FormatFloat(float64(offset)/3600, 'g', 6, 64), latest[offset])
	}
	return strings.Join(parts, " ")
}
