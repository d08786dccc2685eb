package main

import (
	"encoding/base64"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"text/template"

	"github.com/docker/go-units"
	"gopkg.in/yaml.v3"
)

// static is what static_context.go has and what needs neither a cluster nor chance.
func static(namespace string) template.FuncMap {
	return template.FuncMap{
		"ToLower":   strings.ToLower,
		"ToUpper":   strings.ToUpper,
		"TrimSpace": strings.TrimSpace,
		"Trim": func(text string, cut ...string) string {
			if len(cut) > 0 {
				return strings.Trim(text, cut[0])
			}
			return strings.TrimSpace(text)
		},
		"Split":     strings.Split,
		"UrlEncode": url.QueryEscape,
		"Base64Encode": func(text string) string {
			return base64.StdEncoding.EncodeToString([]byte(text))
		},
		"Base64Decode": decoded,
		"Add": calculation(
			func(a, b float64) float64 { return a + b },
			func(a, b int64) int64 { return a + b },
			func(a, b uint64) uint64 { return a + b }),
		"Sub": calculation(
			func(a, b float64) float64 { return a - b },
			func(a, b int64) int64 { return a - b },
			func(a, b uint64) uint64 { return a - b }),
		"Mult": calculation(
			func(a, b float64) float64 { return a * b },
			func(a, b int64) int64 { return a * b },
			func(a, b uint64) uint64 { return a * b }),
		"Div": calculation(
			func(a, b float64) float64 { return a / b },
			func(a, b int64) int64 { return a / b },
			func(a, b uint64) uint64 { return a / b }),
		"ParseBool": func(text string) bool { value, _ := strconv.ParseBool(text); return value },
		"ParseFloat": func(text string) float64 {
			value, _ := strconv.ParseFloat(text, 64)
			return value
		},
		"ParseInt": func(text string, base ...int) int64 {
			value, _ := strconv.ParseInt(text, first(base, 10), 64)
			return value
		},
		"ParseUint": func(text string, base ...int) uint64 {
			value, _ := strconv.ParseUint(text, first(base, 10), 64)
			return value
		},
		"HumanSize": func(size any) string { return units.HumanSize(asFloat(reflect.ValueOf(size))) },
		"YamlEscape": func(text string) string {
			written, err := yaml.Marshal(text)
			if err != nil {
				return ""
			}
			margin := strings.Repeat(" ", 20)
			return margin + strings.ReplaceAll(string(written), "\n", "\n"+margin)
		},
		"Namespace": func() string { return namespace },
		"IsKurl":    func() bool { return false },
	}
}

func first(given []int, otherwise int) int {
	if len(given) > 0 {
		return given[0]
	}
	return otherwise
}

func decoded(text string) string {
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(plain)
}

type family int

const (
	other family = iota
	floats
	ints
	uints
)

func familyOf(value reflect.Value) family {
	switch value.Kind() {
	case reflect.Float32, reflect.Float64:
		return floats
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return ints
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return uints
	}
	return other
}

func asFloat(value reflect.Value) float64 {
	switch familyOf(value) {
	case floats:
		return value.Float()
	case ints:
		return float64(value.Int())
	case uints:
		return float64(value.Uint())
	}
	return 0
}

// calculation is add, sub, mult and div of static_context.go. The second operand is read with the method of the
// first one's family, which panics for the other family of integers, as reflectToInt and reflectToUint do.
func calculation(
	inFloats func(a, b float64) float64, inInts func(a, b int64) int64, inUints func(a, b uint64) uint64,
) func(a, b any) any {
	return func(a, b any) any {
		x, y := reflect.ValueOf(a), reflect.ValueOf(b)
		if familyOf(x) == floats || familyOf(y) == floats {
			return inFloats(asFloat(x), asFloat(y))
		}
		switch familyOf(x) {
		case ints:
			second := int64(0)
			if familyOf(y) != other {
				second = y.Int()
			}
			return inInts(x.Int(), second)
		case uints:
			second := uint64(0)
			if familyOf(y) != other {
				second = y.Uint()
			}
			return inUints(x.Uint(), second)
		}
		return 0
	}
}
