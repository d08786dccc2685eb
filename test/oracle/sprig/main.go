// Evaluates calls of Sprig functions with the real engine: Go's text/template and Masterminds/sprig v3.3.0.
//
// Each line of cases/*.txt is an expression, as it would stand between {{ and }}; lines that start with # are
// headings. `<<a¦b>>` stands for a in one case and b in the next; several of them for all combinations. For each file
// the results go to ../../fixtures/gotemplate/sprig/NAME.json.
//
//	cd test/oracle && TZ=UTC go run -tags=faketime ./sprig
//
// With the names of two files it evaluates the calls of the first one, a JSON list, and writes to the second.
//
// With the tag the clock stands at 2009-11-10 23:00:00 UTC.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

type result struct {
	Call  string `json:"call"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// described tells types apart that JSON does not.
func described(v reflect.Value) any {
	if !v.IsValid() {
		return map[string]any{"nil": true}
	}
	if v.Kind() == reflect.Interface {
		return described(v.Elem())
	}
	if t, ok := v.Interface().(time.Time); ok {
		// The part of the clock that only measures is left out.
		return map[string]any{"type": "time.Time", "text": t.Round(0).String()}
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return map[string]any{"type": v.Type().String(), "text": s.String()}
	}
	typed := func(key string, value any) any { return map[string]any{"type": v.Type().String(), key: value} }
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		if s := v.String(); utf8.ValidString(s) {
			return s
		}
		return map[string]any{"bytes": base64.StdEncoding.EncodeToString([]byte(v.String()))}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint64, reflect.Uint8:
		return typed("text", fmt.Sprint(v.Interface()))
	case reflect.Float64:
		return typed("text", strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Slice:
		if v.IsNil() {
			return typed("isNil", true)
		}
		items := []any{}
		for i := 0; i < v.Len(); i++ {
			items = append(items, described(v.Index(i)))
		}
		return typed("items", items)
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = described(v.MapIndex(key))
		}
		return typed("entries", entries)
	}
	return typed("text", fmt.Sprint(v.Interface()))
}

// Behind the expression, which is quoted in front and may itself hold such words.
var called = regexp.MustCompile(`(?s)>: error calling (\w+): (.*)$`)

func evaluate(call string) result {
	out := result{Call: call}
	funcs := sprig.TxtFuncMap()
	// The argument must be a reflect.Value, so that nil without a type can be shown.
	funcs["show"] = func(v reflect.Value) string { out.Value = described(v); return "" }
	funcs["bytes"] = func(hex string) (string, error) {
		var b []byte
		_, err := fmt.Sscanf(hex, "%x", &b)
		return string(b), err
	}
	funcs["int64s"] = func(v ...int64) []int64 { return v }
	parsed, err := template.New("t").Funcs(funcs).Parse("{{ show (" + call + ") }}")
	if err == nil {
		err = parsed.Execute(new(bytes.Buffer), nil)
	}
	if err != nil {
		var exec template.ExecError
		if !errors.As(err, &exec) {
			out.Error = "parse: " + err.Error()
		} else if m := called.FindStringSubmatch(err.Error()); m != nil {
			out.Error = m[1] + ": " + m[2]
		} else {
			out.Error = err.Error()
		}
		out.Value = nil
	}
	return out
}

var choice = regexp.MustCompile(`<<(.*?)>>`)

func expanded(line string) []string {
	at := choice.FindStringSubmatchIndex(line)
	if at == nil {
		return []string{line}
	}
	var out []string
	for _, one := range strings.Split(line[at[2]:at[3]], "¦") {
		out = append(out, expanded(line[:at[0]]+one+line[at[1]:])...)
	}
	return out
}

// ask evaluates a JSON list of calls and writes their results to a file: with the tag, what is printed is framed.
func ask(in, out string) {
	text, err := os.ReadFile(in)
	if err != nil {
		panic(err)
	}
	var calls []string
	if err := json.Unmarshal(text, &calls); err != nil {
		panic(err)
	}
	results := []result{}
	for _, call := range calls {
		results = append(results, evaluate(call))
	}
	written, err := json.Marshal(results)
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(out, written, 0o644); err != nil {
		panic(err)
	}
}

func main() {
	if len(os.Args) == 3 {
		ask(os.Args[1], os.Args[2])
		return
	}
	files, _ := filepath.Glob("sprig/cases/*.txt")
	sort.Strings(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		var lines []string
		for _, line := range strings.Split(string(text), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			for _, call := range expanded(line) {
				var b bytes.Buffer
				enc := json.NewEncoder(&b)
				enc.SetEscapeHTML(false)
				enc.Encode(evaluate(call))
				lines = append(lines, strings.TrimSpace(b.String()))
			}
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		body := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
		if err := os.WriteFile("../fixtures/gotemplate/sprig/"+name+".json", []byte(body), 0o644); err != nil {
			panic(err)
		}
	}
}
